# The standard module struct: nothing about it is followed.
__unknown__ = True
