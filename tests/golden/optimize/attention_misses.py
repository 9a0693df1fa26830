"""What looks like attention and is something else, or is read in between: no hint."""
import torch
from torch import nn


class OtherDim(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).softmax(-2)
        return weights @ v


class WeightsReturned(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).softmax(-1)
        return weights @ v, weights


class ScaledMask(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = ((q @ k.transpose(-2, -1) + bias) / 4.0).softmax(-1)
        return weights @ v


class SmallFill(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).masked_fill(hidden, -1.0).softmax(-1)
        return weights @ v


class Sigmoid(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).sigmoid()
        return weights @ v


class Renormalised(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).softmax(-1)
        weights = weights / weights.sum(-1, keepdim=True)
        return weights @ v


class ScaledByTensor(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / bias).softmax(-1)
        return weights @ v


class Broadcast(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k[:, :1].transpose(-2, -1) / 4.0).softmax(-1)
        return weights @ v


q = torch.randn(2, 4, 10, 16)
k = torch.randn(2, 4, 10, 16)
v = torch.randn(2, 4, 10, 16)
bias = torch.randn(2, 4, 10, 10)
hidden = torch.zeros(10, 10, dtype=torch.bool)
for cls in [OtherDim, WeightsReturned, ScaledMask, SmallFill, Sigmoid, Renormalised, ScaledByTensor, Broadcast]:
    cls()(q, k, v, bias, bias, hidden)
