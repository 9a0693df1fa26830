# Describes torch.storage: nothing about it is followed.
__unknown__ = True
