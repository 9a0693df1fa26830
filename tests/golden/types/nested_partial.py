# A partial application of a partial application is one: its function is the innermost, its keywords are all of them.
from functools import partial

import torch
from torch import nn

inner = partial(nn.Conv2d, kernel_size=3, padding=1)
outer = partial(inner, stride=2)
layer = outer.func(3, 8, **outer.keywords)
y = layer(torch.zeros(1, 3, 16, 16))
# <- type: f32[1, 8, 8, 8]
z = partial(outer, 3, stride=1)(5)(torch.zeros(1, 3, 16, 16))
# <- type: f32[1, 5, 16, 16]
