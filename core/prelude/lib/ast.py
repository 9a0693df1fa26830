# The standard module ast: nothing about it is followed.
__unknown__ = True
