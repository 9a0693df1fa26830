# Describes torch.distributed.device_mesh: nothing about it is followed.
__unknown__ = True
