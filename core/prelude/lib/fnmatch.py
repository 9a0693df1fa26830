# The standard module fnmatch: nothing about it is followed.
__unknown__ = True
