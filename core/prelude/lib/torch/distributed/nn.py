# Describes torch.distributed.nn: nothing about it is followed.
__unknown__ = True
