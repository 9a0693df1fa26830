# Stride, padding and dilation follow the convolution's documented size formula.
import torch
from torch import nn


class Stem(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(64, 128, 3, dilation=2)
        self.norm = nn.BatchNorm2d(128)

    def forward(self, image):
        x = self.conv1(image)
#       ^ type: f32[2, 64, 112, 112]
        x = self.pool(x)
#       ^ type: f32[2, 64, 56, 56]
        y = self.conv2(x)
#       ^ type: f32[2, 128, 52, 52]
        z = torch.relu(self.norm(y))
#       ^ type: f32[2, 128, 52, 52]
        return z


out = Stem()(torch.randn(2, 3, 224, 224))
