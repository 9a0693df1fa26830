# Describes torch.distributed.rpc: nothing about it is followed.
__unknown__ = True
