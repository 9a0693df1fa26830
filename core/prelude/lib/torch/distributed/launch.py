# Describes torch.distributed.launch: nothing about it is followed.
__unknown__ = True
