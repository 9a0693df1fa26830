# Describes torch.optim.adamw.
from torch.optim.optimizer import AdamW, Optimizer
