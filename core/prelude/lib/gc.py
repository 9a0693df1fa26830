# The standard module gc: nothing about it is followed.
__unknown__ = True
