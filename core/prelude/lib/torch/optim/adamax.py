# Describes torch.optim.adamax.
from torch.optim.optimizer import Adamax, Optimizer
