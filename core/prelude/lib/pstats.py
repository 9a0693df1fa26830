# The standard module pstats: nothing about it is followed.
__unknown__ = True
