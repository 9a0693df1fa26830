# The package PIL: nothing about it is followed.
__unknown__ = True
