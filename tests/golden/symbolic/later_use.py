# What a later use requires is known of the lines before it as well.
import torch
from torch import nn


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(256)
        self.embed = nn.Embedding(1000, 256)
        self.drop = nn.Dropout(0.1)
        self.position = nn.Parameter(torch.zeros(1, 196, 256))

    def forward(self, x, ids):
        shortcut = x
#       ^ type: f32[B, N, 256]
        x = self.drop(self.norm(x)) + self.position
#       ^ type: f32[B, 196, 256]
        B, N, C = shortcut.shape
        words = self.embed(ids)
#       ^ type: f32[N, ?, 256]
        return x.permute(0, 2, 1) + words.sum()
