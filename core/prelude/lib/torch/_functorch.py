# Describes torch._functorch: nothing about it is followed.
__unknown__ = True
