"""Sizes that matrix units take slowly: linear layers in half precision, large enough to matter."""
import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    def __init__(self, width, words, dtype):  # On no device: products as large as these take a while.
        super().__init__()
        self.words = nn.Linear(width, words, bias=False, dtype=dtype, device='meta')


class Vocabulary(Head):
    def forward(self, x):
        return self.words(x)
#              ^ hint: [tensor-core-sizes] "out_features 50257 is no multiple of 8, so that matrix units take bf16 at least 4 times as long; 50264 would not: saves about 6.1 ms on A100"


class Even(Head):
    def forward(self, x):
        return self.words(x)
#              ^ hint: [tensor-core-sizes] "in_features 1500 and out_features 4090 are no multiples of 8, so that matrix units take f16 at least 2 times as long; 1504 and 4096 would not"


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4095, 4095, dtype=torch.float16, device='meta') for _ in range(3)])

    def forward(self, x):
        for layer in self.layers:
            x = F.gelu(layer(x))
#                      ^ hint: [tensor-core-sizes] "in_features 4095 and out_features 4095 are no multiples of 8"
        return x


class Fits(Head):
    def forward(self, x):
        return self.words(x)


# In single precision, few rows, a small last layer, a size that is not known.
class Single(Head):
    def forward(self, x):
        return self.words(x)


class Rows(Head):
    def forward(self, x):
        return self.words(x)


class Classes(Head):
    def forward(self, x):
        return self.words(x)


class Symbolic(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Linear(768, 50257, dtype=torch.bfloat16)

    def forward(self, x):
        return self.words(x)


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(255, 255, 3, dtype=torch.float16, device='meta')

    def forward(self, x):
        return self.conv(x)


half, brain = torch.float16, torch.bfloat16
Vocabulary(768, 50257, brain)(torch.zeros(8, 1024, 768, dtype=brain, device='meta'))
Even(1500, 4090, half)(torch.zeros(8192, 1500, dtype=half, device='meta'))
Twice()(torch.zeros(8192, 4095, dtype=half, device='meta'))
Fits(768, 50304, brain)(torch.zeros(8, 1024, 768, dtype=brain, device='meta'))
Single(768, 50257, torch.float32)(torch.zeros(8, 1024, 768, device='meta'))
Rows(768, 50257, brain)(torch.zeros(8, 1, 768, dtype=brain, device='meta'))
Classes(2047, 1001, brain)(torch.zeros(256, 2047, dtype=brain, device='meta'))
Image()(torch.zeros(32, 255, 56, 56, dtype=half, device='meta'))
