# A loop that only chance leaves, and a method that calls itself on a part of its input, end here.
import random

import torch
from torch import nn


class Layers(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.layers = nn.ModuleList()
        placed = 0
        while True:
            layer = random.choice([nn.Linear, nn.Bilinear, nn.Conv2d])
            if random.random() > 0.5:
                self.layers.append(layer(3, 4, 1))
                placed += 1
            if placed == count:
                break


class Rows(nn.Module):
    def __init__(self, width, most=16):
        super().__init__()
        self.most = most
        self.project = nn.Linear(width, width)

    def in_parts(self, x):
        rows, columns, batch, width = x.size()
        step = max(1, self.most // columns)
        parts = []
        for start in range(0, rows, step):
            parts.append(self(x[start : start + step]))
        for start in range(0, rows, step):
            parts.append(self(x[start : start + step]) + 1)
        return torch.cat(parts, 0)

    def forward(self, x):
        rows, columns, batch, width = x.size()
        if rows * columns > self.most:
            return self.in_parts(x)
        return self.project(x)


layers = Layers(200)
rows = Rows(8)
few = rows(torch.zeros(2, 3, 4, 8))
# <- type: f32[2, 3, 4, 8]
