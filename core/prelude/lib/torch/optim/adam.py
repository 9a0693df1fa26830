# Describes torch.optim.adam.
from torch.optim.optimizer import Adam, Optimizer
