# A tensor of an argument's contents has the rank of a list that nobody has seen; a row of numpy has no second axis here.
import numpy as np
import torch
from torch import nn

_name = globals()["__name__"]


class Scale(nn.Module):
    def __init__(self, means, schedule):
        super().__init__()
        self.register_buffer("means", torch.cat([torch.zeros(2), torch.tensor(means, dtype=torch.float)]))
        self.register_buffer("sigmas", torch.tensor(schedule.sigmas, dtype=torch.float))

    def forward(self, x):
        return x - self.sigmas[:, None]


def flattened(rows: np.ndarray):
    return torch.as_tensor(rows, dtype=torch.float32).flatten(1)


row = np.array([1.0, 2.0, 1.0])
kernel = torch.Tensor(row[:, None] * row[None, :])[None, None, :, :]
