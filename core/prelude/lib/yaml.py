# The package yaml: nothing about it is followed.
__unknown__ = True
