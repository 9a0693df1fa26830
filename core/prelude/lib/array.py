# The standard module array: nothing about it is followed.
__unknown__ = True
