# Describes torch.fx.graph: nothing about it is followed.
__unknown__ = True
