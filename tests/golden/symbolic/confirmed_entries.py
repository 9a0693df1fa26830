# What an entry finds is published when it is there however the entry is called: with what may be left out, with one sample.
import torch
from torch import nn
from torch.nn import functional as F

_name = globals()["__name__"]


class Up(nn.Module):
    def __init__(self, skip_channels, out_channels):
        super().__init__()
        self.first = nn.Conv2d(out_channels, skip_channels, 1)
        self.conv = nn.Conv2d(skip_channels + skip_channels, out_channels, 3)

    def forward(self, x, skip=None):
        x = self.first(x)
        if skip is not None:
            x = torch.cat([x, skip], dim=1)
        return self.conv(x)


class Clash(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.second = nn.Conv2d(9, 2, 3)

    def forward(self, x, mask=None):
        y = self.second(self.first(x))
        #   ^ error: [conv-in-channels] "conv2d expects 9 input channels, its input has 8"
        return y if mask is None else y * mask


class Waves(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.register_buffer("filters", torch.as_tensor(filters).float().unsqueeze(1))

    def forward(self, waveform: torch.Tensor):
        padded = F.pad(waveform, (4, 4), mode="replicate")
        return F.conv1d(padded.unsqueeze(1), self.filters, stride=2)


class Images(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(hidden), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 28 * 28, 10))

    def forward(self, x):
        return self.net(x)
        #      ^ error: [norm-parameters] "`running_mean` of batch_norm needs 16 elements, it is [64]"
