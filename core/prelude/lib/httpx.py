# The package httpx: nothing about it is followed.
__unknown__ = True
