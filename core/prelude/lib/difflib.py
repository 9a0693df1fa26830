# The standard module difflib: nothing about it is followed.
__unknown__ = True
