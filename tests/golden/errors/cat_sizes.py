# cat wants equal sizes everywhere but along its dim.
import torch

a = torch.zeros(2, 3)
b = torch.zeros(4, 3)
c = torch.cat([a, b])
# <- type: f32[6, 3]
d = torch.cat([a, b], dim=1)
#   ^ error: [cat-sizes] "2"
