# The standard module lzma: nothing about it is followed.
__unknown__ = True
