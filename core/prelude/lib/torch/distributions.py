# Describes torch.distributions: nothing about it is followed.
__unknown__ = True
