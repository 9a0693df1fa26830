# A script that ended itself is not held to what follows.
import sys

import torch

model = None
if model is None:
    print("no model was found")
    sys.exit(1)
made = torch.zeros(2)
# <- type: f32[2]
model.train()
