"""A device that the environment decides is a string all the same: what is moved there keeps its dtype."""
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.ones(2, 3)
moved = x.to(device)
# ^ type: f32[2, 3]
again = x.to(torch.device(device))
# ^ type: f32[2, 3]
halves = x.to(device, dtype=torch.float16)
# ^ type: f16[2, 3]
whole = x.to(device, torch.int64, non_blocking=True)
# ^ type: i64[2, 3]
