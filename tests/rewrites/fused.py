"""Several operators that are one."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Folded(nn.Sequential):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)

    def forward(self, x):
        x = self.conv(x)  # does: channels-last "convolutions run"
        return self.norm(x)  # does: fold-batch-norm "batch norm folds into the convolution"


class ReadBetween(Folded):
    def forward(self, x):
        x = self.conv(x)  # does: channels-last "convolutions run"
        return self.norm(x), x  # near miss: fold-batch-norm


class Attention(nn.Module):
    def forward(self, q, k, v):
        weights = (q @ k.transpose(-2, -1) / math.sqrt(16)).softmax(-1)
        return weights @ v  # does: use-sdpa "attention spelled out"


class OtherAttention(nn.Module):
    def forward(self, q, k, v):
        weights = (q @ k.transpose(-2, -1) / math.sqrt(16)).softmax(-2)
        return weights @ v  # near miss: use-sdpa


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(16)), nn.Parameter(torch.zeros(16))

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        y = self.weight * (x - mean) / torch.sqrt((x - mean).pow(2).mean(-1, keepdim=True) + 1e-5) + self.bias  # does: repeated-computation "`sub` of the same arguments"; use-layer-norm "the formula is layer_norm"
        return self.weight * (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-6))  # does: use-rms-norm "the formula is rms_norm"


class OtherNorms(Norms):
    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        y = (x - mean) / x.std(-1, keepdim=True)  # near miss: use-layer-norm
        return self.weight * (y * torch.rsqrt(y.pow(2).mean(-2, keepdim=True) + 1e-6))  # near miss: use-rms-norm


class Formulas(nn.Module):
    def forward(self, x):
        x = 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))  # does: use-gelu "the formula is gelu(x)"
        return x * torch.sigmoid(x)  # does: use-silu "silu(x)"


class OtherFormulas(nn.Module):
    def forward(self, x):
        y = 0.5 * x * (1 + torch.erf(x / 2))  # near miss: use-gelu
        return y * torch.sigmoid(x)  # near miss: use-silu


class Products(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight, self.plain, self.bias = nn.Parameter(torch.ones(8, 16)), nn.Parameter(torch.ones(16, 8)), nn.Parameter(torch.ones(8))

    def forward(self, x):
        a = x @ self.weight.t() + self.bias  # does: use-linear "linear(x, weight, bias)"
        return a, torch.mm(x, self.plain) + self.bias  # does: use-addmm "addmm(bias, x, weight)"


class OtherProducts(Products):
    def forward(self, x):
        y = x @ self.weight.t()  # near miss: use-linear
        z = torch.mm(x, self.plain)
        return y + 1, z + self.bias, z  # near miss: use-addmm


class Loss(nn.Module):
    def forward(self, x, target):
        return F.nll_loss(F.log_softmax(x, dim=1), target)  # does: use-cross-entropy "log_softmax and nll_loss"


class OtherLoss(nn.Module):
    def forward(self, x, target):
        return F.nll_loss(F.log_softmax(x, dim=0), target)  # near miss: use-cross-entropy


class Projections(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16)

    def forward(self, x):
        q, k = self.q(x), self.k(x)
        v = self.v(x)  # does: merge-projections "three projections of one input are one"
        return q.sum() + k.sum() + v.sum()


class OtherProjections(Projections):
    def forward(self, x):
        q, k = self.q(x), self.k(x + 1)
        v = self.v(x)  # near miss: merge-projections
        return q.sum() + k.sum() + v.sum()


image = torch.randn(2, 3, 8, 8)
heads = torch.randn(2, 4, 10, 16)
rows = torch.randn(8, 16)
Folded().eval()(image)
ReadBetween().eval()(image)
Attention()(heads, heads, heads)
OtherAttention()(heads, heads, heads)
Norms()(rows)
OtherNorms()(rows)
Formulas()(rows)
OtherFormulas()(rows)
Products()(rows)
OtherProducts()(rows)
Loss()(rows, torch.zeros(8, dtype=torch.int64))
OtherLoss()(rows, torch.zeros(8, dtype=torch.int64))
Projections()(rows)
OtherProjections()(rows)
