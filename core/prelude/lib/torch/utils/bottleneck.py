# Describes torch.utils.bottleneck: nothing about it is followed.
__unknown__ = True
