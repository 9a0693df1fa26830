# The standard module datetime: nothing about it is followed.
__unknown__ = True
