"""What was seen and left alone, said on request: in the hover."""
import torch
from torch import nn


class WeightsReturned(nn.Module):
    def forward(self, q, k, v):
        weights = (q @ k.transpose(-2, -1) / 4.0).softmax(-1)
        y = weights @ v
#                   ^ hover: "Not rewritten: the attention weights are used elsewhere (use-sdpa)."
        return y, weights


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x)
#           ^ hover: "Not rewritten: the batch norm uses the batch's own statistics: the model is in training (fold-batch-norm)."
        return x


q = torch.randn(2, 4, 10, 16)
WeightsReturned()(q, q, q)
Normed()(torch.randn(1, 3, 16, 16))
