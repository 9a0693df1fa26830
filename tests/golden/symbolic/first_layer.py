# The first layer says what the input must be.
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        x = self.conv(x)
#       ^ type: f32[N, 64, H, W]
        x = self.pool(x)
#       ^ type: f32[N, 64, 1, 1]
        x = x.flatten(1)
#       ^ type: f32[N, 64]
        return x


class Grey(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3)

    def forward(self, digits):
        digits = digits * 2
        # ^ type: f32[N, 1, H, W]
        return self.conv(digits)


def scaled(planes: torch.Tensor):
    # An axis that broadcasts may have another size than 1.
    result = planes * torch.ones(4, 32, 1, 8)
    # ^ type: f32[4, 32, ?, 8]
    return result
