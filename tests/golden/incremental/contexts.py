# What a call recorded is used again when another place calls it: its types then come from there.
# --- file: model.py
import torch
from torch import nn


def scaled(x):
    y = x * 2
    return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, image):
        h = scaled(self.conv(image))
        # <- type: f32[N, 8, H, W]
        return scaled(h.mean((2, 3)))


# --- edit 1: model.py
import torch
from torch import nn


def scaled(x):
    y = x * 2
    # <- hover: "- `f32[N, 8, H, W]`: Net.forward, line 19"
    # <- hover: "- `f32[N, 8]`: Net.forward, line 20"
    return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, image):
        other = image.mean()
        h = scaled(self.conv(image))
        return scaled(h.mean((2, 3)))


# --- edit 2: model.py
import torch
from torch import nn


def scaled(x):
    y = x * 2
    # <- hover: "- `f32[N, 8, H, W]`: Net.forward, line 19"
    # <- hover: "- `f32[N, 8]`: Net.forward, line 21"
    return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, image):
        other = image.mean() + 1
        h = scaled(self.conv(image))
        del other
        return scaled(h.mean((2, 3)))
