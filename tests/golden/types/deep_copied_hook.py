# A copied module calls the hooks of the copy.
import copy

import torch
from torch import nn


class Tapped(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.seen = {}
        net[0].register_forward_hook(self.keep)

    def keep(self, module, inputs, output):
        self.seen[inputs[0].device] = output

    def forward(self, x):
        self.seen.clear()
        self.net(x)
        return self.seen[x.device]


tapped = Tapped(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))
twin = copy.deepcopy(tapped)
x = torch.zeros(4, 2)
a = twin(x)
b = tapped(x)
