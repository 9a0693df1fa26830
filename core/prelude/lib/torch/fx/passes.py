# Describes torch.fx.passes: nothing about it is followed.
__unknown__ = True
