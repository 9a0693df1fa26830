# The standard module atexit: nothing about it is followed.
__unknown__ = True
