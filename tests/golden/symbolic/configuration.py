# A model that takes a configuration: its class is written elsewhere in the file, its fields have defaults, and its
# constructor passes on what it does not know.
import functools
import torch
from torch import nn
from torch.nn import functional as F


class Configuration:
    def __init__(self, **kwargs):
        self.width = kwargs.pop('width', 64)
        self.heads = kwargs.pop('heads', 4)


def traced(forward):
    @functools.wraps(forward)
    def wrapper(self, *args, **kwargs):
        return forward(self, *args, **kwargs)

    return wrapper


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.heads
        self.query = nn.Linear(config.width, config.width)
        self.memory = nn.Linear(config.width, 2 * config.width)

    def forward(self, x, context: torch.Tensor | None = None, **kwargs):
        B, T, C = x.shape
        q = self.query(x).view(B, T, self.heads, -1).transpose(1, 2)
        # <- type: f32[B, 4, T, 16]
        k, v = self.memory(context).chunk(2, dim=-1)
        # <- type: f32[N, ?, 64]
        return q, k, v


class Base(nn.Module):
    config: Configuration


class Model(Base):
    def __init__(self, config):
        super().__init__()
        self.embed = nn.Embedding(100, config.width)
        self.up = nn.Linear(config.width, 4 * config.width)

    @traced
    def forward(self, tokens: torch.LongTensor | None = None, weight: torch.Tensor | None = None, **kwargs):
        h = self.embed(tokens)
        # <- type: f32[N, ?, 64]
        h = F.gelu(self.up(h))
        # <- type: f32[N, ?, 256]
        return h
