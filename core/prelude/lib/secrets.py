# The standard module secrets: nothing about it is followed.
__unknown__ = True
