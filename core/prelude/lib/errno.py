# The standard module errno: nothing about it is followed.
__unknown__ = True
