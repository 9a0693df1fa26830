# Describes torch.utils._python_dispatch: nothing about it is followed.
__unknown__ = True
