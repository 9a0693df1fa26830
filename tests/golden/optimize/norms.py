import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        u = x.mean(-1, keepdim=True)
        s = (x - u).pow(2).mean(-1, keepdim=True)
        x = (x - u) / torch.sqrt(s + 1e-6)
        return self.weight * x + self.bias
#              ^ hint: [use-layer-norm] "the formula is layer_norm: saves 6 kernels"


class ScaledFirst(LayerNorm):
    def forward(self, x):
        u = x.mean(-1, keepdim=True)
        return self.weight * (x - u) / torch.sqrt((x - u).pow(2).mean(-1, keepdim=True) + 1e-6) + self.bias
#              ^ hint: [use-layer-norm] "the formula is layer_norm"


class SampleVariance(nn.Module):
    """The variance is divided by n - 1: not what layer_norm computes."""

    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        u = x.mean(-1, keepdim=True)
        s = x.var(-1, keepdim=True)
        return self.weight * ((x - u) / torch.sqrt(s + 1e-6)) + self.bias


class RmsNorm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))
#              ^ hint: [use-rms-norm] "the formula is rms_norm: saves 5 kernels"


class OtherAxis(nn.Module):
    """The mean runs over the second last dim."""

    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-2, keepdim=True) + 1e-6))


x = torch.randn(2, 10, 64)
for model in [LayerNorm(64), ScaledFirst(64), SampleVariance(64), RmsNorm(64), OtherAxis(64)]:
    model.eval()(x)
