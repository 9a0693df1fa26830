# Describes torch.distributed.optim: nothing about it is followed.
__unknown__ = True
