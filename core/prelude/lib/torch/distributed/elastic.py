# Describes torch.distributed.elastic: nothing about it is followed.
__unknown__ = True
