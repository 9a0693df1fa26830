# Describes torch.futures: nothing about it is followed.
__unknown__ = True
