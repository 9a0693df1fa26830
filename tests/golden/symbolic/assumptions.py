"""Heads that are taken apart and put together again: that they divide the width is assumed, and said in the hover."""
import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, n_embd: int, n_head: int):
        super().__init__()
        self.n_head = n_head
        self.qkv = nn.Linear(n_embd, 3 * n_embd)

    def forward(self, x):
        B, T, C = x.shape
        query, key, value = self.qkv(x).chunk(3, dim=-1)
        query = query.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        #   ^ hover: "Assumes that n_head divides n_embd."
        merged = query.transpose(1, 2).reshape(B, T, C)
        #   ^ hover: "Assumes that n_head divides n_embd."
        return merged
