# Describes torch.nn.utils.prune: nothing about it is followed.
__unknown__ = True
