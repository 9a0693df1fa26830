# The standard module threading: nothing about it is followed.
__unknown__ = True
