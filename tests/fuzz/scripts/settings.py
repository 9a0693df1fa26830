import sys
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.append("lib")
torch.backends.cudnn.benchmark = True
TABLE = {"small": (8, 2), "big": (16, 3)}
SCALE = 2


@dataclass
class Config:
    width: int = 8
    depth: int = 2
    drop: float = 0.1


def init(m):
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)


def swish(x, beta=1.0):
    return x * torch.sigmoid(x * beta)


class Act(nn.Module):
    def __init__(self, fn=swish):
        super().__init__()
        self.fn = fn

    def forward(self, x):
        return self.fn(x) * SCALE


class MLP(nn.Module):
    kind = "mlp"

    def __init__(self, config, norm=partial(nn.LayerNorm, eps=1e-6)):
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList()
        for i in range(config.depth):
            self.layers.append(nn.Sequential(nn.Linear(config.width, config.width), norm(config.width), Act()))
        self.register_buffer("steps", torch.zeros(3), persistent=False)
        self.gain = nn.Parameter(torch.ones(config.width))
        self.rates = [x.item() for x in torch.linspace(0, config.drop, config.depth)]
        self.apply(init)

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = x + F.dropout(layer(x), 0.1) * (i + 1)
        return x * self.gain


class Wrap(nn.Module):
    count = 0

    def __init__(self, inner, name="small"):
        super().__init__()
        self.inner = inner
        width, depth = TABLE[name]
        self.head = nn.Linear(8, width)
        self.extra = {"k": nn.Identity(), "n": depth}

    def forward(self, x, flag=True):
        y = self.inner(x)
        if flag:
            y = y[:, : y.shape[1] // 2]
            y = torch.cat([y, y], 1)
        return self.head(y)


class Flat(nn.Module):
    def __init__(self, side=8):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        with torch.no_grad():
            n = self.conv(torch.zeros(1, 3, side, side)).flatten(1).shape[1]
        self.fc = nn.Linear(n, 5)

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))


config = Config(depth=3)
mlp = MLP(config)
wrap = Wrap(mlp, "small")
big = Wrap(MLP(Config(8, 1)), "big")
x = torch.randn(4, 8)
a = mlp(x)
b = wrap(x)
c = big(x, False)
flat = Flat(8)
d = flat(torch.randn(2, 3, 8, 8))
mlp.layers[0] = nn.Identity()
e = mlp(x)
wrap.eval()
f = wrap(x, flag=False)
TABLE["big"] = (32, 1)
g = Wrap(mlp, "big")(x)
for i in range(3):
    h = wrap(torch.randn(i + 1, 8))
print(a.shape, b.shape, c.shape)
