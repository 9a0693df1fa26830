# The standard module uuid: nothing about it is followed.
__unknown__ = True
