# Where one number is wrong, the number that fits is offered.
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.conv1(x)
        x = self.conv2(x)
        #              ^ error: [conv-in-channels] "32"
        #              ^ fix: Change 32 to 16
        return x


Net()(torch.randn(8, 3, 7, 7))

features = torch.randn(4, 100)
head = nn.Linear(128, 10)
scores = head(features)
#             ^ error: [linear-in-features] "100"
#             ^ fix: Change 128 to 100
