"""A reshape keeps elements in order: sizes in another order than the axes' need a transpose."""
import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)

    def forward(self, x):
        B, T, C = x.shape
        q = self.q(x).view(B, T, self.heads, C // self.heads).transpose(1, 2)
        wrong = q.reshape(B, T, C)
        #       ^ warning: [scrambled-reshape] "keeps the order of the elements and so mixes the axes: transpose(1, 2) is missing before it"
        right = q.transpose(1, 2).reshape(B, T, C)
        of_copy = q.contiguous().view(B, T, -1)
        #         ^ warning: [scrambled-reshape] "transpose(1, 2) is missing"
        split = x.view(B, self.heads, T, C // self.heads)
        #       ^ warning: [scrambled-reshape] "and transpose(1, 2)"
        batched = q.reshape(B * self.heads, T, C // self.heads)
        apart = batched.view(B, self.heads, T, -1)
        return wrong, right, of_copy, split, apart


Attention(512, 8)(torch.randn(2, 16, 512))


class Patches(nn.Module):
    def forward(self, x):
        B, C, H, W = x.shape
        wrong = x.view(B, H * W, C)
        #       ^ warning: [scrambled-reshape] "view() of ?[B, C, H, W] to [B, H * W, C] keeps the order of the elements and so mixes the axes: permute(0, 2, 3, 1) is missing before it"
        right = x.flatten(2).transpose(1, 2)
        back = right.reshape(B, C, H, W)
        #      ^ warning: [scrambled-reshape] "it takes [B, H, W, C] and permute(0, 3, 1, 2)"
        image = right.transpose(1, 2).reshape(B, C, H, W)
        windows = x.view(B, C, H // 4, 4, W // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, C)
        shuffled = x.view(B, 2, C // 2, H, W).transpose(1, 2).reshape(B, C, H, W)
        flat = x.permute(0, 2, 3, 1).reshape(-1, C)
        rows = x.reshape(-1, C)
        #      ^ warning: [scrambled-reshape] "permute(0, 2, 3, 1) is missing before it"
        return wrong, back, image, windows, shuffled, flat, rows


class Positions(nn.Module):
    """Rows are shifted against each other by a padding and a swap of sizes."""

    def forward(self, scores):
        B, H, T, S = scores.shape
        padded = torch.cat([torch.zeros(B, H, T, 1), scores], dim=-1)
        return padded.view(B, H, S + 1, T)[:, :, 1:].view(B, H, T, S)


class Multihead(nn.Module):
    def forward(self, x, heads: int = 8):
        T, B, C = x.shape
        split = x.view(T, B * heads, C // heads).transpose(0, 1)
        return split.transpose(0, 1).contiguous().view(T, B, C)


# Numbers that can be read in order: 16 rows of two halves each.
halves = torch.randn(4, 16, 8).view(-1, 16)
same_numbers = torch.randn(2, 8, 8, 64).reshape(2, 8, 512)
image = torch.randn(2, 3, 32, 32).view(2, 1024, 3)
#       ^ warning: [scrambled-reshape] "permute(0, 2, 3, 1) is missing"
