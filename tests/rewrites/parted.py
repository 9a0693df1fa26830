"""Tensors that are joined and parted again."""
import torch
from torch import nn


class JoinedAndParted(nn.Module):
    def forward(self, x, y):
        both = torch.cat([x, y], 1)
        a, b = both.split([4, 12], dim=1)  # does: cat-and-split "tensors are joined only to be parted again"
        return torch.exp(a).sum() + b.mean()


class PartedElsewhere(nn.Module):
    def forward(self, x, y):
        both = torch.cat([x, y], 1)
        a, b = both.chunk(2, 1)  # near miss: cat-and-split
        c, d, e = torch.cat([x, x, x], 1).chunk(3, 0)  # near miss: cat-and-split
        return torch.exp(a).sum() + b.mean() + c.sum() * d.mean() + e.mean()


class ReadBesides(nn.Module):
    def forward(self, x, y):
        both = torch.cat([x, y], 1)
        a, b = both.split([4, 12], 1)  # near miss: cat-and-split
        return torch.exp(a).sum() + b.mean() + torch.exp(both).sum()


class PartWritten(nn.Module):
    def forward(self, x, y):
        a, b = torch.cat([x, y], 1).split([4, 12], 1)  # near miss: cat-and-split
        a.mul_(2)
        return torch.exp(a).sum() + b.mean() + x.sum()


class PartReturned(nn.Module):
    def forward(self, x, y):
        a, b = torch.cat([x, y], 1).split([4, 12], 1)  # near miss: cat-and-split
        return a[0], b * 2


class PartViewed(nn.Module):
    def forward(self, x, y):
        a, b = torch.cat([x.t(), x.t()], 1).split(8, 1)  # near miss: cat-and-split
        return a.view(2, 2, 8) * 2, b * 2


class PartedAndJoined(nn.Module):
    def forward(self, x, y):
        a, b = y.chunk(2, dim=-1)
        return torch.cat((a, b), dim=1) * 2 + torch.exp(a).sum()  # does: cat-and-split "the parts of one tensor are joined to what it was"


class JoinedInAnotherOrder(nn.Module):
    def forward(self, x, y):
        a, b = y.chunk(2, dim=-1)
        c, d, e = y.split(4, 1)
        return torch.cat((b, a), 1) * 2 + torch.cat((c, d), 1).sum() + e.mean()  # near miss: cat-and-split


class JoinedElsewhere(nn.Module):
    def forward(self, x, y):
        return torch.cat(y.chunk(2, 1), 0) * 2, torch.cat(y.chunk(2, 1), 1)  # near miss: cat-and-split


class JoinedInSteps(nn.Module):
    def forward(self, x, y):
        first = torch.cat([x, y], 1)
        return torch.cat([x, first, y], -1)  # does: cat-and-split "tensors are joined in one step"


class JoinedTwoWays(nn.Module):
    def forward(self, x, y):
        first, second = torch.cat([x, y], 1), torch.cat([x, x], 0)
        return torch.cat([first, first], 1), torch.cat([second, second], 1)  # near miss: cat-and-split


x = torch.randn(8, 4)
y = torch.randn(8, 12)
JoinedAndParted()(x, y)
PartedElsewhere()(x, y)
ReadBesides()(x, y)
PartWritten()(x, y)
PartReturned()(x, y)
PartViewed()(x, y)
PartedAndJoined()(x, y)
JoinedInAnotherOrder()(x, y)
JoinedElsewhere()(x, y)
JoinedInSteps()(x, y)
JoinedTwoWays()(x, y)
