# Describes torch.export: nothing about it is followed.
__unknown__ = True
