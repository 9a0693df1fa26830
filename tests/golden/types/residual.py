# A basic residual block, called twice with equal arguments: one evaluation serves both.
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        identity = x
#       ^ type: f32[1, 16, 8, 8]
        out = self.bn1(self.conv1(x)).relu()
#       ^ type: f32[1, 16, 8, 8]
        out = self.bn2(self.conv2(out))
#       ^ type: f32[1, 16, 8, 8]
        out += identity
#       ^ type: f32[1, 16, 8, 8]
        return out


net = nn.Sequential(Block(16), Block(16))
y = net(torch.randn(1, 16, 8, 8))
# <- type: f32[1, 16, 8, 8]
