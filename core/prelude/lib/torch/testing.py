# Describes torch.testing: nothing about it is followed.
__unknown__ = True
