# Describes torch.fx.experimental: nothing about it is followed.
__unknown__ = True
