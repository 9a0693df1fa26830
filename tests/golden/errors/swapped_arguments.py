# Two arguments the wrong way round.
import functools

import torch
from torch import nn

layer = nn.Linear(3, 4)
a = isinstance(nn.Linear, layer)
#   ^ error: [call-arguments] "must be a type"
b = isinstance(layer, (nn.Linear, layer))
c = hasattr('weight', layer)
#   ^ error: [call-arguments] "must be a string"
setattr('bias', layer, None)
# <- error: [call-arguments] "must be a string"
nn.init.constant_(0, layer.bias)
# <- error: [no-attribute] "fill_"
nn.init.normal_(layer.weight, 0, 0.01)
d = 'row' < 0.5
#   ^ error: [operand-types] "compare"
norm = functools.partial(nn.LayerNorm, eps=1e-6)
e = 4 * norm
#   ^ error: [operand-types] "partial"
x = torch.ones(2, 3)
f = torch.contiguous(x)
#   ^ error: [no-attribute] "method of tensors"
