# A convolution that is given another number of channels than it was built for.
import torch
from torch import nn

net = nn.Sequential(
    nn.Conv2d(3, 16, 3),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3),
)
out = net(torch.randn(1, 3, 32, 32))
#     ^ error: [conv-in-channels] "32"
