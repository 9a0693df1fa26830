# Describes torch._prims: nothing about it is followed.
__unknown__ = True
