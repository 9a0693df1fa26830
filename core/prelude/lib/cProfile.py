# The standard module cProfile: nothing about it is followed.
__unknown__ = True
