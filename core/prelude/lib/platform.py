# The standard module platform: nothing about it is followed.
__unknown__ = True
