# The standard module statistics: nothing about it is followed.
__unknown__ = True
