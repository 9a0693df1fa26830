# What an edit makes run again, and what it does not.
# --- file: layers.py
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return self.linear(x)
# --- file: model.py
import torch
from layers import Block

block = Block(8)
y = block(torch.zeros(2, 8))
# <- type: f32[2, 8]
# --- file: other.py
import torch

z = torch.zeros(3)
# <- type: f32[3]
# --- edit 1: model.py
import torch
from layers import Block

# A comment and blank lines: one text is read, nothing is evaluated.


block = Block(8)
y = block(torch.zeros(2, 8))
# <- type: f32[2, 8]
# ran: text model.py
# ran: structure model.py
# ran: report model.py
# not-ran: facts model.py
# not-ran: text layers.py
# not-ran: report layers.py
# not-ran: report other.py
# --- edit 2: layers.py
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, 4)

    def forward(self, x):
        return self.linear(x)
# ran: facts layers.py
# ran: facts model.py
# not-ran: structure model.py
# not-ran: text other.py
# not-ran: facts other.py
# not-ran: report other.py
# --- edit 3: layers.py
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, 4)  # Narrower.

    def forward(self, x):
        return self.linear(x)
# ran: text layers.py
# not-ran: facts layers.py
# not-ran: facts model.py
# not-ran: report other.py
