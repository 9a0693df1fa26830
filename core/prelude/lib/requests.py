# The package requests: nothing about it is followed.
__unknown__ = True
