import torch
import torch.nn.functional as F
from torch import nn


class Products(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(32, 64))
        self.plain = nn.Parameter(torch.randn(64, 32))
        self.bias = nn.Parameter(torch.randn(32))

    def forward(self, x, q, k, mask):
        a = x @ self.weight.t() + self.bias
#           ^ hint: [use-linear] "the product and the sum are linear(x, weight, bias): saves 1 kernel"
        b = torch.mm(x, self.plain) + self.bias
#           ^ hint: [use-addmm] "the product and the sum are addmm(bias, x, weight)"
        c = F.linear(x, self.weight) + self.bias
#           ^ hint: [use-linear] "the sum is the linear layer's bias"
        d = torch.bmm(q, k) * 0.125 + mask
#           ^ hint: [use-addmm] "the product, its scale and the sum are baddbmm"
        return a, b, c, d


class NearMisses(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(32, 64))
        self.bias = nn.Parameter(torch.randn(8, 1))

    def forward(self, x):
        a = x @ self.weight.t() + self.bias
        b = x @ self.weight.t()
        c = b + a
        return a, b, c


class Loss(nn.Module):
    def forward(self, x, target):
        return F.nll_loss(F.log_softmax(x, dim=1), target)
#              ^ hint: [use-cross-entropy] "log_softmax and nll_loss are cross_entropy"


class OtherDim(nn.Module):
    def forward(self, x, target):
        return F.nll_loss(F.log_softmax(x, dim=0), target)


x = torch.randn(8, 64)
q = torch.randn(4, 8, 8)
Products()(x, q, q, torch.randn(4, 8, 8))
NearMisses()(x)
Loss()(x, torch.zeros(8, dtype=torch.int64))
OtherDim()(x, torch.zeros(8, dtype=torch.int64))
