# Describes torch._inductor: nothing about it is followed.
__unknown__ = True
