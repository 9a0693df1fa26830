# The standard module bz2: nothing about it is followed.
__unknown__ = True
