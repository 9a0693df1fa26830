# The limits of a dtype are Python numbers: they change no dtype.
import torch

scores = torch.ones(2, 4, 8, 8, dtype=torch.float16)
mask = torch.ones(2, 1, 8, 8, dtype=torch.bool)
masked = scores.masked_fill(mask, torch.finfo(scores.dtype).min)
# <- type: f16[2, 4, 8, 8]
chosen = torch.where(mask, torch.tensor(0.0, dtype=torch.float16), torch.finfo(torch.float16).min)
# <- type: f16[2, 1, 8, 8]
if torch.ones(2, 64, dtype=torch.bool).all() and not torch.zeros_like(mask).any():
    row = torch.ones(4, 2)
#   ^ type: f32[4, 2]
bits = torch.ones(torch.iinfo(torch.int16).bits, torch.iinfo(torch.uint8).max)
# <- type: f32[16, 255]
wrong = torch.finfo(torch.int64)
#       ^ error: [uncaught-exception] "floating point"
