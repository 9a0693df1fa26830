# The standard module ctypes: nothing about it is followed.
__unknown__ = True
