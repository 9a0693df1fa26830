# The standard module fractions: nothing about it is followed.
__unknown__ = True
