# What the environment fills is not empty, and what a text that is executed binds is defined.
import os

import torch

lengths = {}
for file in os.listdir(".") + ["one"]:
    lengths[file] = len(file)
mean = sum(lengths.values()) / len(lengths)
one = lengths["one"]

matches = []
for key in lengths.keys():
    if os.environ.get(key):
        matches.append(1)
    else:
        matches.append(0)
share = sum(matches) / len(matches)

exec("version = 3")
x = torch.zeros(version, 2)

for part in os.environ:
    if part:
        last = part
print(last)
