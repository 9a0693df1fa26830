# Describes torch.__future__: nothing about it is followed.
__unknown__ = True
