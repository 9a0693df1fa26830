# The standard module io: nothing about it is followed.
__unknown__ = True
