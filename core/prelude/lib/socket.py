# The standard module socket: nothing about it is followed.
__unknown__ = True
