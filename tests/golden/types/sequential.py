# A Sequential passes each result on; the values are those of the last layer.
import torch
from torch import nn

layers = []
width = 16
for _ in range(3):
    layers += [nn.Linear(width, width * 2), nn.ReLU()]
    width *= 2
net = nn.Sequential(*layers, nn.Linear(width, 5))
out = net(torch.rand(7, 16))
# <- type: f32[7, 5]
