# A reduction of an argument has one axis less, whatever a number's reduction is; a part of a complex tensor is real.
import torch
from torch import nn


class Reduced(nn.Module):
    def forward(self, x):
        x = x.sum(-1)
        # <- type: ?[N, ?, ?, ?]
        return x.permute(2, 0, 1, 3)


class Spectrum(nn.Module):
    def __init__(self):
        super().__init__()
        self.real = nn.Linear(8, 8)
        self.imag = nn.Linear(8, 8)

    def forward(self, x):
        return self.real(x.real) - self.imag(x.imag)


class Waves(nn.Module):
    # An axis that is squeezed by its number is of size 1, whatever it is called elsewhere.
    def forward(self, x):
        batch, channels, time = x.shape
        row = x.squeeze(1)
        return torch.stft(row, 512, return_complex=True)
