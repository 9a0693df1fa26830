# A matrix product is laid out in the order of its dims, whatever its operands are; the transpose of it is not.
import torch
from torch import nn

heads = torch.zeros(1, 6, 64).view(1, 6, 4, 16).transpose(1, 2)
weights = heads @ heads.transpose(-2, -1)
out = weights @ heads
# <- type: f32[1, 4, 6, 16]
flat = out.view(1, 4, 96)
# <- type: f32[1, 4, 96]
joined = out.transpose(1, 2).contiguous().view(1, 6, 64)
# <- type: f32[1, 6, 64]
wrong = out.transpose(1, 2).view(1, 6, 64)
#       ^ error: [view-layout] "cannot be done without a copy"
mixed = nn.Linear(4, 8)(torch.zeros(2, 4, 5).transpose(1, 2)).view(10, 8)
# <- type: f32[10, 8]
wide = torch.zeros(2, 8, 3, 5) @ torch.zeros(2, 4, 5, 3)
#      ^ error: [broadcast-sizes] "`@` cannot broadcast the batch dims of [2, 8, 3, 5] with those of [2, 4, 5, 3]: sizes 8 and 4 at dim -3"
