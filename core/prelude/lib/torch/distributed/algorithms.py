# Describes torch.distributed.algorithms: nothing about it is followed.
__unknown__ = True
