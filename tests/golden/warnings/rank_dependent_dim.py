"""A dim counted from the front is one axis of a sample and another of a batch."""
import torch
import torch.nn.functional as F
from torch import nn


class Segment(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 21, 3, padding=1)
        self.act = nn.Softmax(dim=1)

    def forward(self, x):
        h = self.conv(x)
        p = F.softmax(h, dim=1)
        #   ^ warning: [rank-dependent-dim] "dim 1 of softmax() is the 21 of f32[4, 21, 64, 64], and the 64 of f32[21, 64, 64]: dim=-3 is one axis of both"
        layer = self.act(h)
        #       ^ warning: [rank-dependent-dim] "dim=-3"
        best = h.argmax(1)
        #      ^ warning: [rank-dependent-dim] "argmax()"
        from_the_end = h.softmax(-3)
        rows = h.mean(dim=-1).mean(-1)
        known = h.softmax(dim=h.dim() - 3)
        first = h.sum(0)
        return p, layer, best, from_the_end, rows, known, first


net = Segment()
several = net(torch.randn(4, 3, 64, 64))
one = net(torch.randn(3, 64, 64))


def probabilities(x):
    return torch.softmax(x, 0)
    #      ^ warning: [rank-dependent-dim] "dim=-1 is one axis of both"


probabilities(torch.randn(10))
probabilities(torch.randn(32, 10))


def units(x):
    return F.normalize(x)
    #      ^ warning: [rank-dependent-dim] "dim 1 of normalize() is the 8 of f32[2, 8, 16], and the 16 of f32[8, 16]"


units(torch.randn(2, 8, 16))
units(torch.randn(8, 16))


# Channels come second, whether or not there are positions after them.
def channels(x):
    return x.softmax(dim=1)


channels(torch.randn(8, 21))
channels(torch.randn(8, 21, 32, 32))


# Nothing says that these are a sample and a batch.
def unrelated(x):
    return x.mean(1)


unrelated(torch.randn(8, 21))
unrelated(torch.randn(4, 6, 32))


# The caller says which axis, and knows the tensor.
def over(x, dim):
    return x.softmax(dim)


over(torch.randn(10, 4), 0)
over(torch.randn(8, 10, 4), 0)


def guarded(x):
    if x.dim() == 3:
        x = x.unsqueeze(0)
    return x.softmax(dim=1)


guarded(torch.randn(5, 6, 7))
guarded(torch.randn(2, 5, 6, 7))


# An average over what comes first, whatever it is.
def average(x):
    return x.mean(0)


average(torch.randn(10, 4))
average(torch.randn(8, 10, 4))


class Inside(nn.Module):
    def weights(self, scores):
        return scores.softmax(1)
        #      ^ warning: [rank-dependent-dim] "dim 1 of softmax() is the T of ?[B, T, C], and the C of ?[T, C]: dim=-2 is one axis of both"

    def forward(self, x):
        B, T, C = x.shape
        return self.weights(x), self.weights(x[0])
