# Broadcasts that combine every pair, and those that are meant.
import torch
import torch.nn.functional as F
from torch import nn

x = torch.randn(32, 8)
target = torch.randn(32)
out = nn.Linear(8, 1)(x)
loss = out - target
#      ^ warning: [silent-broadcast] "[32, 32]"
same = out.squeeze(1) - target
pairs = target.unsqueeze(1) - target
grid = target[:, None] * target
mse = F.mse_loss(out, target.unsqueeze(1))

square = torch.rand(16, 16)
rows = square / square.sum(1)
#      ^ warning: [silent-broadcast] "without keepdim"
kept = square / square.sum(1, keepdim=True)
columns = square / square.sum(0)
