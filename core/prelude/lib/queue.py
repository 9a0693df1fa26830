# The standard module queue: nothing about it is followed.
__unknown__ = True
