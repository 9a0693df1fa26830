# Describes torch.optim.nadam.
from torch.optim.optimizer import NAdam, Optimizer
