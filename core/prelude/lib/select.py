# The standard module select: nothing about it is followed.
__unknown__ = True
