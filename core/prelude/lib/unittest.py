# The standard module unittest: nothing about it is followed.
__unknown__ = True
