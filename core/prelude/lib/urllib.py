# The standard module urllib: nothing about it is followed.
__unknown__ = True
