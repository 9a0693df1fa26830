# Describes torch.distributed.pipelining: nothing about it is followed.
__unknown__ = True
