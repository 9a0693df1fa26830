# Describes torch.optim.sgd.
from torch.optim.optimizer import SGD, Optimizer
