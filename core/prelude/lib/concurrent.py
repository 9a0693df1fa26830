# The standard module concurrent: nothing about it is followed.
__unknown__ = True
