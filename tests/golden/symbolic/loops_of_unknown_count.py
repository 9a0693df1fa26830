"""Lists that are filled in a loop whose count is a size of an argument, and joined then."""
import torch
from torch import nn


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(16, 32)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        B, T, C = x.shape
        h = torch.zeros(B, 32)
        outs = []
        for t in range(T):
            h = self.cell(x[:, t], h)
            outs.append(h)
        y = torch.stack(outs, dim=1)
        # <- type: f32[B, ?, 32]
        rows = torch.cat(outs)
        # <- type: f32[?, 32]
        return self.head(y)
        #      ^ error: [linear-in-features] "linear expects 64 features, its input has 32"


class Chunks(nn.Module):
    def forward(self, x):
        B, T, C = x.shape
        places = []
        for start in range(0, T, 64):
            places.append((start, min(T, start + 64)))
        chunks = []
        for start, end in places:
            chunks.append(x[:, start:end])
        y = torch.cat(chunks, dim=1)
        # <- type: ?[B, ?, C]
        return y


class Mixed(nn.Module):
    """What is appended first has another rank than the rest: nothing stands for all of them."""

    def forward(self, x):
        B, T, C = x.shape
        several = [x]
        for t in range(T):
            several.append(x[:, t])
        y = torch.cat(several, dim=0)
        # <- type: ?[...]
        return y
