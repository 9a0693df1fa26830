# Describes torch.distributed._functional_collectives: nothing about it is followed.
__unknown__ = True
