# The standard module tarfile: nothing about it is followed.
__unknown__ = True
