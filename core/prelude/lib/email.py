# The standard module email: nothing about it is followed.
__unknown__ = True
