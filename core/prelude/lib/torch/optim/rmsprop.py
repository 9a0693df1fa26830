# Describes torch.optim.rmsprop.
from torch.optim.optimizer import RMSprop, Optimizer
