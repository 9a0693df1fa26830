# The package filelock: nothing about it is followed.
__unknown__ = True
