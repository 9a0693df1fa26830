# A linear layer replaces the last size and keeps the others.
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(128, 10)

    def forward(self, x):
        scores = self.fc(x)
#       ^ type: f32[4, 10]
        best = scores.argmax(dim=-1)
#       ^ type: i64[4]
        return best


out = Head()(torch.randn(4, 128))
