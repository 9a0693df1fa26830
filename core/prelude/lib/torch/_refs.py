# Describes torch._refs: nothing about it is followed.
__unknown__ = True
