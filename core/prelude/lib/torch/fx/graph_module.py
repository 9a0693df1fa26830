# Describes torch.fx.graph_module: nothing about it is followed.
__unknown__ = True
