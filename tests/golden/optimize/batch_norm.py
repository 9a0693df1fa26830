import torch
from torch import nn


class Folds(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x):
        return self.norm(self.conv(x)).relu()
#              ^ hint: [fold-batch-norm] "batch norm folds into the convolution before it at inference: saves 1 kernel"


class ReadTwice(Folds):
    """Something else reads the convolution's result."""

    def forward(self, x):
        y = self.conv(x)
        return self.norm(y) + y


class CalledTwice(Folds):
    """The convolution's weights are used without the norm too."""

    def forward(self, x):
        return self.norm(self.conv(x)), self.conv(x + 1)


class Training(Folds):
    def forward(self, x):
        return self.norm(self.conv(x))


x = torch.randn(2, 3, 16, 16)
Folds().eval()(x)
ReadTwice().eval()(x)
CalledTwice().eval()(x)
Training()(x)
