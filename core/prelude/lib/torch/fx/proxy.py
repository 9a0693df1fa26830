# Describes torch.fx.proxy: nothing about it is followed.
__unknown__ = True
