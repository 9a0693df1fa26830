"""A layer over the last axis takes any rank: what fails for all of them fails for sure."""
import torch
from torch import nn


class Wrong(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.first = nn.Linear(features, 128)
        self.second = nn.Linear(64, 10)

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))
#              ^ error: [linear-in-features] "linear expects 64 features, its input has 128"


class AlsoWrong(nn.Module):
    # That `features` is a number elsewhere makes nothing up.
    def __init__(self, features: int = 7):
        super().__init__()
        self.first = nn.Linear(features, 32)
        self.second = nn.Linear(16, 10)

    def forward(self, x):
        return self.second(self.first(x))
#              ^ error: [linear-in-features] "linear expects 16 features, its input has 32"


class OfSomeRanks(nn.Module):
    """Sequences of vectors fail; a batch of vectors does not."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(7, 128)

    def forward(self, x):
        return self.first(x) @ torch.ones(2, 128, 5).sum(0) + torch.ones(3, 5)


class OnSomePath(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(7, 128)
        self.second = nn.Linear(64, 10)

    def forward(self, x):
        y = self.first(x)
        if y.sum() > 0:
            y = self.second(y)
        return y
