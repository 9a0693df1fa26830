import math

import torch
from torch import nn


class Activations(nn.Module):
    def forward(self, x):
        a = 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
#           ^ hint: [use-gelu] "the formula is gelu(x): saves 4 kernels"
        b = a * torch.sigmoid(a)
#           ^ hint: [use-silu] "`x * sigmoid(x)` is silu(x): saves 1 kernel"
        c = b * 0.5 * (1.0 + torch.tanh(math.sqrt(2 / math.pi) * (b + 0.044715 * torch.pow(b, 3))))
#           ^ hint: [use-gelu] "approximate='tanh'"
        return c


class NearMisses(nn.Module):
    def forward(self, x, y):
        a = x * torch.sigmoid(y)
        b = 0.5 * x * (1 + torch.erf(x / 2))
        s = torch.sigmoid(x)
        c = x * s
        d = x * 0.5 * (1.0 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.05 * torch.pow(x, 3))))
        return a + b + c + d, s


x = torch.randn(8, 64)
Activations()(x)
NearMisses()(x, torch.randn(8, 64))
