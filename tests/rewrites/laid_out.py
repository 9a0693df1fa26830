"""How tensors lie in memory, and what runs as one kernel."""
import torch
import torch.nn.functional as F
from torch import nn


class Convolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = self.conv(x)  # does: channels-last "convolutions run on matrix units"
        return F.relu(x)  # does: in-place-activation "the activation may overwrite its input"


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 8, 3)

    def forward(self, x):
        x = self.conv(x)  # near miss: channels-last
        return F.relu(x), x  # near miss: in-place-activation


class InGroups(Convolution):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3, groups=8))

    def forward(self, x):
        return self.conv(x)  # near miss: channels-last


class Gate(nn.Module):
    def forward(self, x, y, scale):
        z = F.silu(x) * y
        return torch.where(z > 0, z, z * 0.1) * scale  # does: group-elementwise "6 elementwise operators are one Triton kernel"


class InPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1024, 1024)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x, y):
        out = self.layer(x)
        out += y
        return self.act(out)  # does: group-elementwise "2 elementwise operators are one Triton kernel"


class ReadTwice(nn.Module):
    def forward(self, x, y):
        z = x + y
        return torch.exp(z), z  # near miss: group-elementwise


class Written(nn.Module):
    def forward(self, x, y):
        z = x + y
        y.zero_()
        return torch.exp(z)  # near miss: group-elementwise


class Small(nn.Module):
    def forward(self, x, y):
        return torch.exp(x[0] + y[1])  # near miss: group-elementwise


class Reduced(nn.Module):
    def forward(self, x, y):
        return torch.softmax(x + y, -1)  # near miss: group-elementwise


image = torch.randn(2, 3, 8, 8)
row = torch.randn(2, 3, 8)
x = torch.randn(32, 1024, 1024)
Convolution().eval()(image)
Rows().eval()(row)
InGroups().eval()(image)
Gate()(x, x, torch.ones(1024))
InPlace().eval()(x, x)
ReadTwice()(x, x)
Written()(x, torch.randn(32, 1024, 1024))
Small()(x, x)
Reduced()(x, x)
