# A loop over all pairs of positions fills a table: its rounds are too many to run, its table has a known shape all the same.
import itertools

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim, resolution):
        super().__init__()
        points = list(itertools.product(range(resolution), range(resolution)))
        n = len(points)
        offsets = {}
        indices = []
        for p in points:
            for q in points:
                offset = (abs(p[0] - q[0]), abs(p[1] - q[1]))
                if offset not in offsets:
                    offsets[offset] = len(offsets)
                indices.append(offsets[offset])
        self.biases = nn.Parameter(torch.zeros(4, resolution * resolution))
        self.register_buffer("indices", torch.tensor(indices, dtype=torch.long).view(n, n))
        self.qkv = nn.Linear(dim, dim * 3)

    def forward(self, x):
        bias = self.biases[:, self.indices]
#       ^^^^ type: f32[4, 256, 256]
        return self.qkv(x) + bias.sum()


class Blocks(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.blocks = nn.ModuleList([Attention(dim, 16) for _ in range(depth)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)[..., :32]
        return x


y = Blocks(32, 6)(torch.zeros(2, 256, 32))
# <- type: f32[2, 256, 32]


# Shorter loops are run to their end.
short = 0
for i in range(50):
    for j in range(50):
        short += i < j
a = torch.zeros(short)
# <- type: f32[1225]
total = 0
while total < 1_000_000:
    total += 1
b = torch.zeros(total, 4)
# <- type: f32[?, 4]
