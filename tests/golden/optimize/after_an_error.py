# What follows an operation that fails is not known; patterns do not begin there.
import torch
from torch import nn


class Attention(nn.Module):
    def forward(self, q, k):
        a = torch.matmul(q, k.transpose(-2, -1)).view(2, 3, 5, 5)
        #   ^ error: [view-size] "view() of f32[2, 4, 8, 8], which has 512 elements, as [2, 3, 5, 5], which would have 150"
        return torch.softmax(a, -1) @ k


Attention()(torch.ones(2, 4, 8, 8), torch.ones(2, 4, 8, 8))
