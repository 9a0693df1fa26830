# The standard module copyreg: nothing about it is followed.
__unknown__ = True
