# A name of a block that several callers use: the hint is what their types have in common, the hover lists them with the
# place that each comes from.
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int, out: int, stride: int):
        super().__init__()
        self.conv = nn.Conv2d(width, out, 3, stride=stride, padding=1)

    def forward(self, x):
        #             ^ hover: "x: f32[N, ·, ·, ·]"
        #             ^ hover: "- `f32[N, 64, H, W]`: Net.forward, line 36"
        #             ^ hover: "- `f32[N, 128, H, W]`: Net.forward, line 37"
        y = self.conv(x)
        # <- type: f32[N, ·, ·, ·]
        # <- hover: "- `f32[N, 256, (H - 1) // 4 + 1, (W - 1) // 4 + 1]`: Net.forward, line 37"
        z = self.scaled(y)
        #        ^ hover: "- `f32[N, 128, H, W]`: Net.forward, line 36"
        return z

    def scaled(self, y):
        return y * 2
        #        ^ hover: "- `f32[N, 128, H, W]`: Block.forward, line 19"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 3, padding=1)
        self.first = Block(64, 128, 1)
        self.rest = nn.Sequential(Block(128, 128, 2), Block(128, 256, 2))

    def forward(self, image):
        h = self.first(self.stem(image))
        return self.rest(h)


def doubled(x):
    y = x * 2
    # <- hover: "y: f32[2, 3] and 2 more"
    # <- hover: "- `f32[2, 3]`: pair, line 50"
    # <- hover: "- `f32[4]`: pair, line 50"
    # <- hover: "- `f32[5, 6, 7]`: line 54"
    return y


def pair():
    return doubled(torch.zeros(2, 3)), doubled(torch.zeros(4))


first, second = pair()
third = doubled(torch.zeros(5, 6, 7))


def many(x):
    return x + 1
    #      ^ hover: "- `f32[8]`: line 64"
    #      ^ hover: "- and 2 more"


for n in range(1, 11):
    many(torch.zeros(n))
