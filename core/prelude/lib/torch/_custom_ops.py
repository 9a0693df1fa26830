# Describes torch._custom_ops: nothing about it is followed.
__unknown__ = True
