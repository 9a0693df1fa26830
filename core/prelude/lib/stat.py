# The standard module stat: nothing about it is followed.
__unknown__ = True
