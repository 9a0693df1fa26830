# The standard module locale: nothing about it is followed.
__unknown__ = True
