# Describes torch.distributed.tensor: nothing about it is followed.
__unknown__ = True
