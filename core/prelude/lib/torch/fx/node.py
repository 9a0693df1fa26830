# Describes torch.fx.node: nothing about it is followed.
__unknown__ = True
