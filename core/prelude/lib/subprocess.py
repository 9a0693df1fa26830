# The standard module subprocess: nothing about it is followed.
__unknown__ = True
