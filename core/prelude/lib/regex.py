# The package regex: nothing about it is followed.
__unknown__ = True
