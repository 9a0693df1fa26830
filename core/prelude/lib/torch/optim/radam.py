# Describes torch.optim.radam.
from torch.optim.optimizer import RAdam, Optimizer
