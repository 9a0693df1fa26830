# The standard module calendar: nothing about it is followed.
__unknown__ = True
