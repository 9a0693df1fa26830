# The standard module gzip: nothing about it is followed.
__unknown__ = True
