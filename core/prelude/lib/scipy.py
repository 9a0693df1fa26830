# The package scipy: nothing about it is followed.
__unknown__ = True
