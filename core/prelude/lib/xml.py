# The standard module xml: nothing about it is followed.
__unknown__ = True
