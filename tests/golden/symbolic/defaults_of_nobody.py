# Defaults stand for what real callers give: an entry that nobody calls says nothing of None where a tensor belongs.
import torch
from torch import nn

_name = globals()["__name__"]


class Masked(nn.Module):
    def __init__(self, padding=None):
        super().__init__()
        self.padding = padding
        self.project = nn.Linear(4, 8)

    def forward(self, x: torch.Tensor):
        mask = x.ne(self.padding)
        return self.project(x)


class Clash(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.second = nn.Conv2d(9, 2, 3)

    def forward(self, x):
        return self.second(self.first(x))
        #      ^ error: [conv-in-channels] "conv2d expects 9 input channels, its input has 8"
