# The standard module timeit: nothing about it is followed.
__unknown__ = True
