# Describes torch.utils.flop_counter: nothing about it is followed.
__unknown__ = True
