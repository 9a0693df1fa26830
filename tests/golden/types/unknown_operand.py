# What is not known may be a tensor: then so is what it is compared with, and a key that equals it may be there.
import json

import torch

limit = getattr(torch, json.loads('"rand"'))(3)
mask = (limit >= 0.1) & torch.tensor(True)
mask[..., -1:]
same = (limit == limit) & torch.ones(3, dtype=torch.bool)
named = (limit == 'text') & torch.ones(3, dtype=torch.bool)
# <- type: bool[3]
x = torch.zeros(3, 4)
outputs = {x.device: x}
y = outputs[x.device]
kept = outputs[torch.zeros(2).device]
