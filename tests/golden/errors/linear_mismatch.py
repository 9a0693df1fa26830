# The mistake everybody makes once: the width of the flattened features.
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 512, 3, padding=1)
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        x = self.conv(x)
#       ^ type: f32[8, 512, 7, 7]
        x = torch.flatten(x, 1)
#       ^ type: f32[8, 25088]
        return self.fc(x)
        #              ^ error: [linear-in-features] "linear expects 512 features, its input has 25088"


Net()(torch.randn(8, 3, 7, 7))
