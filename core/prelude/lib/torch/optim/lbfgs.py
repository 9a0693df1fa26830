# Describes torch.optim.lbfgs.
from torch.optim.optimizer import LBFGS, Optimizer
