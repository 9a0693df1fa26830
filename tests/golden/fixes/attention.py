"""Attention that is written out becomes scaled_dot_product_attention; names and comments stay."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class OneLine(nn.Module):
    def forward(self, q, k, v):
        return torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(16), dim=-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ fix: Rewrite with `F.scaled_dot_product_attention(q, k, v)`
#               ^ becomes: "    def forward(self, q, k, v):\n        return F.scaled_dot_product_attention(q, k, v)\n"


class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.to_q = nn.Linear(64, 64)
        self.to_k = nn.Linear(64, 64)
        self.to_v = nn.Linear(64, 64)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(64, 64)

    def forward(self, x, mask):
        q = self.to_q(x).view(2, 10, 4, 16).transpose(1, 2)
        k = self.to_k(x).view(2, 10, 4, 16).transpose(1, 2)
        v = self.to_v(x).view(2, 10, 4, 16).transpose(1, 2)
        width = q.size(-1)
        scores = q @ k.transpose(-2, -1) / math.sqrt(width)  # As in the paper.
        # Nothing is seen behind the mask.
        scores = scores.masked_fill(~mask, float('-inf'))
        weights = F.softmax(
            scores,  # The keys come last.
            dim=-1,
        )
        weights = self.drop(weights)
        y = torch.matmul(weights, v)  # Heads apart.
#           ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#           ^ fix: Rewrite with `F.scaled_dot_product_attention`
#           ^ becomes: ".transpose(1, 2)\n        # As in the paper.\n        # Nothing is seen behind the mask.\n        # The keys come last.\n        y = F.scaled_dot_product_attention(\n            q,\n            k,\n            v,\n            attn_mask=mask,\n            dropout_p=self.drop.p if self.training else 0.0,\n        )  # Heads apart.\n        return"
        return self.out(y.transpose(1, 2).reshape(2, 10, 64))


class Bracketed(nn.Module):
    def forward(self, q, k, v):
        weights = (q @ k.transpose(-2, -1) / math.sqrt(16)).softmax(-1)
        return (weights @ v).transpose(1, 2)
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#                  ^ fix: Rewrite with `F.scaled_dot_product_attention(q, k, v)`
#                  ^ becomes: "    def forward(self, q, k, v):\n        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2)\n"


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = 16 ** -0.5

    def forward(self, q, k, v, bias):
        q = q * self.scale
        scores = torch.matmul(q, k.transpose(2, 3))
        scores = scores + bias
        return scores.softmax(-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ fix: Rewrite with `F.scaled_dot_product_attention`
#               ^ becomes: "(self, q, k, v, bias):\n        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=self.scale)\n"


class Shown(nn.Module):
    def forward(self, q, k, v):
        scores = q @ k.transpose(-2, -1) / 4.0
        print(scores)
        return scores.softmax(-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ no-fix: the scores are read elsewhere


class Optional(nn.Module):
    def forward(self, q, k, v, bias):
        scores = q @ k.transpose(-2, -1) / 4.0
        if bias is not None:
            scores = scores + bias
        return scores.softmax(-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ no-fix: a mask that is added under a condition


class Ambiguous(nn.Module):
    def forward(self, q, k, v):
        return torch.softmax(q @ k.transpose(-2, -1) / 4.0, dim=-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ no-fix: the only call passes one tensor three times


class TwoMasks(nn.Module):
    def forward(self, q, k, v, bias, other):
        scores = q @ (k / 4.0).transpose(-2, -1)
        scores += bias
        return (scores + other).softmax(-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ becomes: "other):\n        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias + other, scale=1 / 4.0)\n"


q, k, v = torch.randn(3, 2, 4, 10, 16)
bias = torch.randn(10, 10)
OneLine()(q, k, v)
Bracketed()(q, k, v)
Steps()(torch.randn(2, 10, 64), torch.ones(10, 10, dtype=torch.bool))
Scaled()(q, k, v, bias)
Shown()(q, k, v)
Optional()(q, k, v, bias)
Ambiguous()(q, q, q)
TwoMasks()(q, k, v, bias, torch.randn(2, 4, 10, 10))
