# Describes torch.distributed.distributed_c10d: nothing about it is followed.
__unknown__ = True
