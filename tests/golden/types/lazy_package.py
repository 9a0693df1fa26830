# A package that fills itself when asked says what it holds for type checkers; files that lack the name are not parsed.
# --- file: main.py
import torch
from zoo import NetConfig, Net

net = Net(NetConfig(width=24, depth=2))
y = net(torch.ones(4, 24))
# <- type: f32[4, 24]
# --- file: zoo/__init__.py
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import *
else:
    import sys
    sys.modules[__name__] = None
# --- file: zoo/models/__init__.py
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .other import *
    from .net import *
# --- file: zoo/models/other.py
class Other:
    pass
# --- file: zoo/models/net.py
from dataclasses import dataclass, fields

from torch import nn


def accept_keywords(cls):
    original = cls.__init__

    def __init__(self, **kwargs):
        names = {f.name for f in fields(cls)}
        original(self, **{k: v for k, v in kwargs.items() if k in names})

    cls.__init__ = __init__
    return cls


@accept_keywords
@dataclass
class NetConfig:
    width: int = 8
    depth: int = 1


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(config.width, config.width) for _ in range(config.depth))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


__all__ = ["Net", "NetConfig"]
