# Describes torch.utils.cpp_extension: nothing about it is followed.
__unknown__ = True
