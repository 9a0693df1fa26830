# Describes torch.ao: nothing about it is followed.
__unknown__ = True
