# view() of axes that permute() took apart works for special sizes only.
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        B, C, H, W = x.shape
        h = x.permute(0, 2, 3, 1)
        together = h.view(B, H * W, C)
        # <- type: f32[B, H * W, 3]
        apart = h.view(B, -1)
        #       ^ warning: [view-of-permuted] "view() of f32[B, H, W, 3] merges dims that do not lie together in memory"
        copied = h.reshape(B, -1)
        # <- type: f32[B, 3 * H * W]
        heads = self.conv(x).transpose(1, 3).view(B, W - 2, H - 2, 2, 4)
        # <- type: f32[B, W - 2, H - 2, 2, 4]
        return together, apart, copied, heads


class Heads(nn.Module):
    def forward(self, x):
        B, T, heads, width = x.shape
        split = x.transpose(1, 2)
        copied = split.transpose(1, 2).contiguous().view(B, T, -1)
        back = split.transpose(1, 2).view(B, T, heads * width)
        wrong = split.view(B, heads, -1)
        #       ^ warning: [view-of-permuted] "view() of ?[B, heads, T, width]"
        right = split.reshape(B, heads, -1)
        # What reshape() would do as well, and wrongly.
        mixed = split.view(B, T, -1)
        #       ^ warning: [scrambled-reshape] "transpose(1, 2) is missing before it"
        return copied, back, wrong, right, mixed
