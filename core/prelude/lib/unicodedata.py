# The standard module unicodedata: nothing about it is followed.
__unknown__ = True
