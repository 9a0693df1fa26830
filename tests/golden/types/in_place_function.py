# A function that is asked to work in place returns the tensor that it was given.
import torch
import torch.nn.functional as F
from torch import nn

x = torch.zeros(2, 8)
a = torch.zeros(3 if F.elu(x, 1.0, True) is x else 4)
# <- type: f32[3]
b = torch.zeros(3 if nn.ReLU(inplace=True)(x) is x else 4)
# <- type: f32[3]
c = torch.zeros(3 if F.relu(x) is x else 4)
# <- type: f32[4]
y = F.relu(x, inplace=True)
# <- type: f32[2, 8]
