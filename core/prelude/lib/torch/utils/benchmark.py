# Describes torch.utils.benchmark: nothing about it is followed.
__unknown__ = True
