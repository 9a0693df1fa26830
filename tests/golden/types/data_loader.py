# How many items a batch has may be unknown: the items are as they are.
import json
import os

import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset


class Files(Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return torch.zeros(3, 8, 8), 1


def batches(settings):
    pairs = TensorDataset(torch.rand(64, 1, 4), torch.randint(0, 10, (64,)))
    for x, y in DataLoader(pairs, batch_size=16, shuffle=True):
        z = x.view(-1, 4)
#       ^ type: f32[16, 4]
    for step, (x, y) in enumerate(DataLoader(pairs, batch_size=30, drop_last=settings["drop"])):
        z = x.flatten(1)
#       ^ type: f32[?, 4]
    sums = []
    for x, y in DataLoader(pairs, batch_size=20):
        sums.append(x.sum())
    total = torch.stack(sums)
#   ^ type: f32[4]
    for x, y in DataLoader(Files(settings["paths"]), batch_size=8):
        z = x.flatten(1)
#       ^ type: f32[?, 192]


if os.path.exists("settings.json"):
    with open("settings.json") as file:
        batches(json.load(file))
