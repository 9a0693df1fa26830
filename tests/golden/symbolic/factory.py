# A function that builds the model from its defaults says what its classes are given.
from torch import nn


class Block(nn.Module):
    def __init__(self, inplanes, planes, downsample=None):
        super().__init__()
        self.conv = nn.Conv2d(inplanes, planes, 3, padding=1)
        self.downsample = downsample

    def forward(self, x):
        identity = x
#       ^ type: f32[N, 3, H, W]
        out = self.conv(x)
#       ^ type: f32[N, 32, H, W]
        if self.downsample is not None:
            identity = self.downsample(x)
#           ^ type: f32[N, 32, H, W]
        return out + identity


class Net(nn.Module):
    def __init__(self, block, num_classes=10):
        super().__init__()
        self.layer = block(3, 32, nn.Conv2d(3, 32, 1))
        self.fc = nn.Linear(32, num_classes)

    def forward(self, x):
        x = self.layer(x)
#       ^ type: f32[N, 32, H, W]
        return self.fc(x.mean((2, 3)))


def small_net(pretrained=False, **kwargs):
    return Net(Block, **kwargs)
