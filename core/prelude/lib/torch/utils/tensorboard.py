# Describes torch.utils.tensorboard: nothing about it is followed.
__unknown__ = True
