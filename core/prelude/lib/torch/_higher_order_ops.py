# Describes torch._higher_order_ops: nothing about it is followed.
__unknown__ = True
