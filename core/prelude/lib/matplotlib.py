# The package matplotlib: nothing about it is followed.
__unknown__ = True
