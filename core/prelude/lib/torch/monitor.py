# Describes torch.monitor: nothing about it is followed.
__unknown__ = True
