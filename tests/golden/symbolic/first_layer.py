# The first layer says what the input must be.
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
