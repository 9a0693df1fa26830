# Describes torch.fx.immutable_collections: nothing about it is followed.
__unknown__ = True
