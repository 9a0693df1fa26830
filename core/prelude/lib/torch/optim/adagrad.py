# Describes torch.optim.adagrad.
from torch.optim.optimizer import Adagrad, Optimizer
