# An entry of a container may be None, and one that is not known still counts.
import json

import torch
from torch import nn

entries = nn.ModuleList([None, nn.Linear(2, 3), None])
absent, layer, last = entries
x = layer(torch.zeros(5, 2))
# <- type: f32[5, 3]
y = torch.zeros(len(entries))
# <- type: f32[3]
entries.append(nn.Linear(3, 4) if json.loads('1') else None)
z = torch.zeros(len(entries), len(list(entries.children())) * 0 + 1)
# <- type: f32[4, 1]


class Layers(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList([])
        for i in range(depth):
            self.layers.append(nn.ModuleList([nn.Linear(dim * 2, dim) if i >= depth // 2 else None, nn.Linear(dim, dim)]))

    def forward(self, x):
        for combine, layer in self.layers:
            if combine is not None:
                x = combine(torch.cat((x, x), dim=-1))
            x = layer(x)
        return x


out = Layers(8, 4)(torch.zeros(2, 8))
# <- type: f32[2, 8]
