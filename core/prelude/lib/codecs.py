# The standard module codecs: nothing about it is followed.
__unknown__ = True
