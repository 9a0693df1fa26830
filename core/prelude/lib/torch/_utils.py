# Describes torch._utils: nothing about it is followed.
__unknown__ = True
