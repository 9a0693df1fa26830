# --- file: model.py
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(8, 16)
        self.two = nn.Linear(16, 4)

    def forward(self, x):
        x = self.one(x)
        return self.two(x)
# --- file: driver.py
import torch
from model import Net

y = Net()(torch.zeros(3, 8))
# <- type: f32[3, 4]
# --- edit 1: model.py
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(8, 32)
        self.two = nn.Linear(16, 4)

    def forward(self, x):
        x = self.one(x)
        return self.two(x)
        #               ^ error: [linear-in-features] "32"
# --- edit 2: model.py
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(8, 16)
        self.two = nn.Linear(16, 4)

    def forward(self, x):
        x = self.one(x)
        return self.two(x)
# --- edit 3: driver.py
import torch
from model import Net

y = Net()(torch.zeros(5, 8))
# <- type: f32[5, 4]
