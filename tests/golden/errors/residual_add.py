# A residual whose branch changes the number of channels and the identity does not.
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x):
        y = self.conv(x)
#       ^ type: f32[1, 32, 8, 8]
        return x + y
        #      ^ error: [broadcast-sizes] "16"


Block(16, 32)(torch.randn(1, 16, 8, 8))
