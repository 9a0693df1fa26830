# The standard module glob: nothing about it is followed.
__unknown__ = True
