# The standard module hashlib: nothing about it is followed.
__unknown__ = True
