# What is only likely, or happens on one path only, is no reason for an error.
from typing import Optional

import torch
from torch import nn


class Volume(nn.Module):
    """Five axes are named, six are possible: a batch of samples is no reason to choose the higher."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv3d(channels, channels, 3)

    def forward(self, x: torch.Tensor):
        left = x[:, :, :1, :, :].repeat((1, 1, 2, 1, 1))
        return self.conv(torch.cat([left, x], dim=2))


def padding_mask(padded):
    if len(padded.shape) == 4:
        batch, time, first, second = padded.shape
        padded = padded.reshape(batch, time, first * second)
    key = padded.eq(0)
    if len(padded.shape) > 2:
        key = key.float().prod(dim=-1).bool()
        return key.detach()
    return key.detach()


class Words(nn.Module):
    def __init__(self, vocab, width: int = 512):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.inner = nn.ModuleList([Swapped(width) for _ in range(2)])

    def forward(self, tokens):
        mask = padding_mask(tokens)
        x = self.embed(tokens)
        for layer in self.inner:
            x = layer(x)
        return x


class Swapped(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def forward(self, x):
        return self.fc(x.permute(1, 0, 2))


def without_ignored(target: torch.Tensor, ignored: Optional[int] = -100):
    mask = target != ignored
    return target.where(mask, target.new_zeros(1)), mask


def loss(prediction: torch.Tensor, target: torch.Tensor):
    target, mask = without_ignored(target)
    return prediction * (1.0 - target) * mask


class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.view(*self.shape)


class Permute(nn.Module):
    def __init__(self, *dims):
        super().__init__()
        self.dims = dims

    def forward(self, x: torch.Tensor):
        return x.permute(*self.dims)


def kind_of(name, kinds):
    for kind in kinds:
        if kind == name:
            return kind
    raise ValueError(f'unknown kind {name}')


class OfSomeKind(nn.Module):
    def forward(self, x, name: str):
        return x, kind_of(name, ('a', 'b'))


class Speech(nn.Module):
    """The parameter is unpacked: it is a tuple, whatever the name is given later."""

    def __init__(self, words, width):
        super().__init__()
        self.embed = nn.Embedding(words, width)

    def forward(self, inputs):
        inputs, lengths, targets = inputs
        embedded = self.embed(inputs).transpose(1, 2)
        return embedded, targets.transpose(1, 2)
