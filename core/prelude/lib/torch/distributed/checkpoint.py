# Describes torch.distributed.checkpoint: nothing about it is followed.
__unknown__ = True
