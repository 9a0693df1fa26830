# The items of a list that is an argument are tensors of their own: what one is says nothing of another.
import torch
from torch import nn, Tensor


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.low = nn.Conv2d(256, 48, 1)
        self.high = nn.Conv2d(2048, 256, 1)

    def forward(self, features: list[Tensor], sizes: list[int]):
        low = self.low(features[0])
#       ^ type: f32[N, 48, H, W]
        high = self.high(features[-1])
#       ^ type: f32[N, 256, H, W]
        token = features[1].unsqueeze(0)
        again = self.high(features[0])
#               ^ error: [conv-in-channels] "conv2d expects 2048 input channels, its input has 256"
        return low, high, token


class Every(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Conv2d(64, 8, 1)

    def forward(self, features: list[Tensor]):
        for feature in features:
            y = self.project(feature)
#           ^ type: f32[N, 8, H, W]
        return y
