# The standard module decimal: nothing about it is followed.
__unknown__ = True
