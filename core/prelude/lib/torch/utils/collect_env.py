# Describes torch.utils.collect_env: nothing about it is followed.
__unknown__ = True
