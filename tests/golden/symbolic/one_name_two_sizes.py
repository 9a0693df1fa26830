# Sizes of different arguments have one name by custom; what would fail only because of that is no problem.
import torch
import torch.nn.functional as F
from torch import nn


class Merge(nn.Module):
    def __init__(self, channels=16):
        super().__init__()
        self.deep = nn.Conv2d(channels, channels, 1)
        self.fuse = nn.Conv2d(channels + 3, channels, 3, stride=2, padding=1)
        self.last = nn.Conv2d(2 * channels, 7, 1)

    def forward(self, image, half, quarter):
        small = F.interpolate(image, scale_factor=0.5, mode="bilinear", align_corners=False)
        half = self.deep(half)
        out = self.fuse(torch.cat((small, half), dim=1))
        # <- type: f32[N, 16, (H - 2) // 4 + 1, (W - 2) // 4 + 1]
        return self.last(torch.cat((out, quarter), dim=1))


class Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, stride=2, padding=1)

    def forward(self, image, other):
        image = self.down(image)
        x = F.interpolate(image, scale_factor=2.0)
        wrong = torch.cat((x, image), dim=1)
        #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: [cat-sizes] "dim 1 needs equal sizes elsewhere"
        return self.down(other), wrong
