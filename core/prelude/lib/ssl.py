# The standard module ssl: nothing about it is followed.
__unknown__ = True
