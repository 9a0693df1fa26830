# Describes torch._ops: nothing about it is followed.
__unknown__ = True
