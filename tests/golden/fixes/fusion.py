"""Formulas that are written out become the operators they are."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(64))
        self.bias = nn.Parameter(torch.zeros(64))
        self.eps = 1e-6

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        variance = x.var(-1, keepdim=True, unbiased=False)
        y = (x - mean) / torch.sqrt(variance + self.eps)  # Of one token.
        y = self.weight * y + self.bias
        #   ^ hint: [use-layer-norm] "the formula is layer_norm"
        #   ^ fix: Rewrite with `F.layer_norm`
        #   ^ becomes: "(self, x):\n        # Of one token.\n        y = F.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps)\n"
        power = y.pow(2).mean(-1, keepdim=True)
        z = self.weight * (y * torch.rsqrt(power + self.eps))
        #   ^ hint: [use-rms-norm] "the formula is rms_norm"
        #   ^ becomes: "        z = F.rms_norm(y, y.shape[-1:], self.weight, self.eps)\n        return z\n"
        return z


class MeanIsReturned(Norms):
    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        variance = x.var(-1, keepdim=True, unbiased=False)
        y = (x - mean) / torch.sqrt(variance + self.eps)
        return self.weight * y + self.bias, mean
        #      ^ hint: [use-layer-norm] "the formula is layer_norm"
        #      ^ becomes: "        mean = x.mean(-1, keepdim=True)\n        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps), mean\n"


class Activations(nn.Module):
    def forward(self, x):
        a = 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
        #   ^ hint: [use-gelu] "the formula is gelu(x)"
        #   ^ fix: Rewrite with `F.gelu(x)`
        inner = math.sqrt(2 / math.pi) * (a + 0.044715 * a ** 3)
        b = 0.5 * a * (1.0 + torch.tanh(inner))
        #   ^ hint: [use-gelu] "approximate='tanh'"
        #   ^ fix: Rewrite with `F.gelu(a, approximate="tanh")`
        gate = torch.sigmoid(b)
        c = b * gate
        #   ^ hint: [use-silu] "silu(x)"
        #   ^ becomes: "        c = F.silu(b)\n        for"
        for _ in range(1):
            d = c * c.sigmoid()
            #   ^ hint: [use-silu] "silu(x)"
            #   ^ becomes: "            d = F.silu(c)\n"
        return d


class GateIsKept(nn.Module):
    def forward(self, x):
        for _ in range(2):
            gate = torch.sigmoid(x)
            x = x * gate
            #   ^ hint: [use-silu] "silu(x)"
            #   ^ no-fix: the gate is printed after the loop
        print(gate)
        return x


class Products(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(32, 64))
        self.bias = nn.Parameter(torch.zeros(32))

    def forward(self, x, left, right, mask):
        a = x @ self.weight.t() + self.bias
        #   ^ hint: [use-linear] "linear(x, weight, bias)"
        #   ^ fix: Rewrite with `F.linear(x, self.weight, self.bias)`
        b = torch.mm(a, self.weight)
        b = b + right[0, 0]
        #   ^ hint: [use-addmm] "addmm(bias, x, weight)"
        #   ^ fix: Rewrite with `torch.addmm(right[0, 0], a, self.weight)`
        scores = torch.bmm(left, right)
        return b, scores * 0.125 + mask
        #         ^ hint: [use-addmm] "baddbmm"
        #         ^ fix: Rewrite with `torch.baddbmm(mask, left, right, alpha=0.125)`


class Loss(nn.Module):
    def forward(self, x, target):
        logs = F.log_softmax(x, dim=1)
        return F.nll_loss(logs, target, reduction="sum")
        #      ^ hint: [use-cross-entropy] "cross_entropy"
        #      ^ fix: Rewrite with `F.cross_entropy(x, target, reduction="sum")`


x = torch.randn(8, 64)
Norms()(x)
MeanIsReturned()(x)
Activations()(x)
GateIsKept()(x)
Products()(x, torch.randn(2, 8, 16), torch.randn(2, 16, 64), torch.randn(2, 8, 64))
Loss()(x, torch.zeros(8, dtype=torch.long))
