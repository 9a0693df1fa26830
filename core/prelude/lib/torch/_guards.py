# Describes torch._guards: nothing about it is followed.
__unknown__ = True
