# Describes torch.optim: an optimiser changes values only.
from torch.optim import lr_scheduler
from torch.optim.optimizer import (
    ASGD, Adadelta, Adafactor, Adagrad, Adam, AdamW, Adamax, LBFGS, Muon, NAdam, Optimizer, RAdam, RMSprop, Rprop, SGD, SparseAdam,
)
