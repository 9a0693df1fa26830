# Basic indices drop, keep or add sizes; a tensor index puts its own shape in their place.
import torch

x = torch.zeros(4, 5, 6)
a = x[0]
# <- type: f32[5, 6]
b = x[:, 1:4]
# <- type: f32[4, 3, 6]
c = x[..., None]
# <- type: f32[4, 5, 6, 1]
d = x[:, ::2, -1]
# <- type: f32[4, 3]
e = x[torch.tensor([0, 2])]
# <- type: f32[2, 5, 6]
