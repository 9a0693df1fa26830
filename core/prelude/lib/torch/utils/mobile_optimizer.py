# Describes torch.utils.mobile_optimizer: nothing about it is followed.
__unknown__ = True
