# The standard module csv: nothing about it is followed.
__unknown__ = True
