# Describes torch._custom_op: nothing about it is followed.
__unknown__ = True
