# A model file alone: sizes that nobody gave are named after the user's own words.
from torch import nn


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(128, 10)

    def forward(self, x):
        x = x.view(-1, 64)
#       ^ type: f32[N, 64]
        return self.fc(x)
#                      ^ error: "64"
