# Describes torch.distributed._tensor: nothing about it is followed.
__unknown__ = True
