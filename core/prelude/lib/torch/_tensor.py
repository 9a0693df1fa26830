# Describes torch._tensor.
from torch import Tensor
