# Describes torch.distributed.fsdp: nothing about it is followed.
__unknown__ = True
