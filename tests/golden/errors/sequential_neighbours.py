"""Layers of a Sequential that do not fit each other, whatever the first of them is given."""
import torch
from torch import nn
from elsewhere import make, norm, sizes


class Opaque(nn.Module):
    def __init__(self, width, depth, narrow):
        super().__init__()
        self.head = nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, 64), nn.Dropout(0.1), nn.Linear(32, width))
        self.nested = nn.Sequential(nn.Linear(8, 128), nn.GELU(), nn.Sequential(nn.Dropout(), nn.Linear(64, 10)))
        self.image = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, width, 3))
        self.wide = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(32, 64, 3, groups=4))
        self.decoder = nn.Sequential(nn.ConvTranspose2d(100, 64, 4), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(32, 3, 4))
        self.fits = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.Conv2d(16, 32, 3, groups=4), nn.Flatten(), nn.Linear(800, 10))
        self.grouped = nn.Sequential(nn.ConvTranspose2d(16, 32, 3, groups=2), nn.Conv2d(32, 8, 3))
        # A layer that is not known may change the size, and how many there are may be open.
        self.unknown = nn.Sequential(nn.Linear(8, 64), norm(64), nn.Linear(32, 8))
        self.choice = nn.Sequential(nn.Linear(8, 64), nn.Linear(64, 32) if narrow else nn.Identity(), nn.Linear(32, 8))
        self.several = nn.Sequential(nn.Linear(8, 64), *[nn.Linear(size, size) for size in sizes], nn.Linear(32, 8))
        layers = [nn.Linear(8, 64)]
        for _ in range(depth):
            layers.append(nn.Linear(64, 32))
        self.layers = nn.Sequential(*layers, nn.Linear(16, 64))
        self.replaced = nn.Sequential(nn.Linear(8, 64), nn.Linear(32, 8))
        self.replaced[1] = nn.Linear(64, 8)

    def forward(self, x):
        x = make(x)
        a = self.head(x)
        #   ^ error: [linear-in-features] "linear expects 32 features, its input has 64"
        b = self.nested(x)
        #   ^ error: [linear-in-features] "linear expects 64 features, its input has 128"
        c = self.image(x)
        #   ^ error: [norm-parameters] "needs 16 elements, it is [8]"
        d = self.wide(x)
        #   ^ error: [conv-in-channels] "conv2d expects 32 input channels, its input has 16"
        e = self.decoder(x)
        #   ^ error: [conv-in-channels] "expects 32 input channels, its input has 64"
        return a, b, c, d, e, self.fits(x), self.grouped(x), self.unknown(x), self.choice(x), self.several(x), self.layers(x), self.replaced(x)


class Valid(nn.Module):
    """Without padding the sizes that come out depend on those of images, and are not 0."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.bn = nn.BatchNorm2d(8)

    def forward(self, x):
        return self.bn(self.conv(x))
        #      ^ error: [norm-parameters] "needs 16 elements, it is [8]"
