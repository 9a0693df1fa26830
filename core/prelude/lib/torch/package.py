# Describes torch.package: nothing about it is followed.
__unknown__ = True
