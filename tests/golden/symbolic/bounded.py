# Loops whose sizes grow with each round, and loops that sample until they are done, come to an end.
import random

import torch
from torch import nn


class Grows(nn.Module):
    def forward(self, x):
        B, T, C = x.shape
        size, wide, whole = T, C, 1
        for step in range(400):
            size = (size * (T + C) + B) // 3
            wide = wide * wide + T
            whole = whole * 3
        known = x.mean(1)
        while size > 0:
            size = size + (size + T) // 2 * C
            x = torch.cat([x, x], dim=1)
        return known, x


class Samples(nn.Module):
    def forward(self, tokens: torch.Tensor):
        B, T = tokens.shape
        while True:
            following = torch.multinomial(torch.ones(B, 10), 1)
            tokens = torch.cat([tokens, following], dim=1)
            if random.random() < 0.1 or (following == 0).all():
                break
        return tokens


def choose(low, high):
    while True:
        value = random.uniform(low, high)
        if value < high:
            return value


width = choose(0, 1)
while random.random() < 2:
    width = width * 2 + random.gauss(0, 1)
    if abs(width) > 1e9:
        break
done = torch.zeros(3)
# <- type: f32[3]
