# The standard module cmath: nothing about it is followed.
__unknown__ = True
