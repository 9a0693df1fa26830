# The standard module pickle: nothing about it is followed.
__unknown__ = True
