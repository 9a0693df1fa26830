# Defaults of -1 and what is set by a name that is not known stand for sizes that real callers give.
# --- file: main.py
import json
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Config:
    dim: int = -1
    eps: float = 1e-5


class Norm(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.norm = nn.BatchNorm1d(config.dim, eps=config.eps)

    def forward(self, x):
        return self.norm(x)


class Encoder(nn.Module):
    def __init__(self, dim: int, size: int = -1):
        super().__init__()
        self.project = nn.Linear(dim, size)

    def forward(self, x):
        return self.project(x)


class Loaded:
    def __init__(self, vocabulary=-1):
        self.vocabulary = vocabulary
        self.names = None
        self.scale = 2


def load(path):
    loaded = Loaded()
    for key, value in json.load(open(path)).items():
        loaded.__dict__[key] = value
    return loaded


def fill(path):
    loaded = Loaded()
    for key, value in json.load(open(path)).items():
        setattr(loaded, key, value)
    return loaded


table = nn.Embedding(load("x.json").vocabulary, 8)
count = len(fill("x.json").names)
scaled = torch.zeros(load("x.json").scale)
# <- type: f32[2]
wrong = torch.zeros(-1)
#       ^ error: [negative-size] "negative size -1"


class Text(nn.Module):
    def forward(self, texts):
        return [text.split() for text in texts]
