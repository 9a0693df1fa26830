# The standard module multiprocessing: nothing about it is followed.
__unknown__ = True
