# Describes torch.utils.dlpack: nothing about it is followed.
__unknown__ = True
