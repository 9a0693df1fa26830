"""Scores are products with the rows of the keys: without the transpose they exist only where a sequence is as long as a head is wide."""
import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, heads=8, width=512):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.bias = nn.Parameter(torch.zeros(64, 64))

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.qkv(x).view(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        wrong = (q @ k).softmax(-1)
        #        ^ warning: [missing-transpose] "works only where T is 64"
        right = (q @ k.transpose(-2, -1)).softmax(-1)
        values = right.relu() @ v
        # A parameter's sizes are meant.
        turned = values @ self.bias
        return wrong.sum() + turned


def apart(a: torch.Tensor, b: torch.Tensor):
    # Sizes of arguments that nothing else says are learnt from the product.
    M, K = a.shape
    return a @ b


def squares(a: torch.Tensor):
    N = a.shape[0]
    square = a.view(N, N)
    return square @ square


fits = torch.ones(4, 8, 64, 64) @ torch.ones(4, 8, 64, 64)
outer = torch.ones(8, 1) @ torch.ones(1, 1)
