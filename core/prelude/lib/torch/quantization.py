# Describes torch.quantization: nothing about it is followed.
__unknown__ = True
