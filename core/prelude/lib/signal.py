# The standard module signal: nothing about it is followed.
__unknown__ = True
