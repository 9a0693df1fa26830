# Describes torch.multiprocessing: nothing about it is followed.
__unknown__ = True
