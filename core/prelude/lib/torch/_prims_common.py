# Describes torch._prims_common: nothing about it is followed.
__unknown__ = True
