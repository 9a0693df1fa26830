# Describes torch.optim.adadelta.
from torch.optim.optimizer import Adadelta, Optimizer
