# Describes torch._C: nothing about it is followed.
__unknown__ = True
