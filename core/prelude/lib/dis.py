# The standard module dis: nothing about it is followed.
__unknown__ = True
