# Describes torch._decomp: nothing about it is followed.
__unknown__ = True
