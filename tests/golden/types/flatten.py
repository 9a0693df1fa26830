# flatten multiplies the sizes it joins; -1 in view is what remains.
import torch

x = torch.zeros(2, 3, 4, 5)
a = torch.flatten(x, 1)
# <- type: f32[2, 60]
b = x.flatten()
# <- type: f32[120]
c = x.view(2, -1, 5)
# <- type: f32[2, 12, 5]
d = x.reshape(-1, 10)
# <- type: f32[12, 10]
