# The standard module heapq: nothing about it is followed.
__unknown__ = True
