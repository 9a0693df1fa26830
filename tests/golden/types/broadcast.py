# Sizes of one stretch, missing leading sizes count as one, and dtypes promote.
import torch

a = torch.ones(8, 1, 6)
b = torch.ones(7, 1)
c = a + b
# <- type: f32[8, 7, 6]
d = torch.arange(6)
# <- type: i64[6]
e = d + 0.5
# <- type: f32[6]
f = a * d
# <- type: f32[8, 1, 6]
g = d > 2
# <- type: bool[6]
