# Describes torch.utils.weak: nothing about it is followed.
__unknown__ = True
