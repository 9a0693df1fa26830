"""A file whose functions call its models: what a function ran is no model, and fixes are compared without it."""
import torch
from torch import nn


class Plain(nn.Module):
    def forward(self, q, k, v):
        return torch.softmax(q @ k.transpose(-2, -1) / 4.0, dim=-1) @ v
#               ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"
#               ^ fix: Rewrite with `nn.functional.scaled_dot_product_attention`


def several(count):
    model = Plain()
    q = torch.randn(count, 4, 10, 16)
    for _ in range(3):
        q = model(q, q, q)
    return q


q, k, v = torch.randn(3, 2, 4, 10, 16).unbind(0)
Plain()(q, k, v)
