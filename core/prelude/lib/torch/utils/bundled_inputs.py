# Describes torch.utils.bundled_inputs: nothing about it is followed.
__unknown__ = True
