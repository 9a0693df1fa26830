# Describes torch.optim._multi_tensor.
from torch.optim.optimizer import Adam, AdamW, SGD, Optimizer
