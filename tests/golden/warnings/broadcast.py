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
shifted = square - square.mean(-1)
#         ^ warning: [silent-broadcast] "mean() without keepdim"
kept_by_place = square - square.mean(-1, True)
unsqueezed = square - square.mean(-1).unsqueeze(-1)
of_another_axis = square - square.mean(0)
loss_of_rows = F.mse_loss(out, target)
#              ^ warning: [silent-broadcast] "[32, 32]"
loss_of_columns = F.mse_loss(out.squeeze(-1), target)
one = torch.randn(1, 1) - torch.randn(1)


class Error(nn.Module):
    def forward(self, x):
        B, C = x.shape
        total = nn.functional.linear(x, torch.ones(1, C))
        rows = x.sum(1)
        wrong = total - rows
        #       ^ warning: [silent-broadcast] "[B, 1] and [B] broadcast to [B, B]"
        right = total.squeeze(1) - rows
        outer = rows[:, None] - rows
        return wrong, right, outer

largest = square - square.max(-1)[0]
#         ^ warning: [silent-broadcast] "max() without keepdim"
by_function = square - torch.max(square, dim=1).values
#             ^ warning: [silent-broadcast] "max() without keepdim"
least, where = square.min(1)
scaled = square / least
#        ^ warning: [silent-broadcast] "min() without keepdim"
middle = square - square.median(dim=-1).values
#        ^ warning: [silent-broadcast] "median() without keepdim"
kept_largest = square - square.max(-1, keepdim=True)[0]
largest_of_columns = square - torch.max(square, 0).values
largest_of_all = square - square.max()
pairwise = square - torch.max(square, 1)[0].unsqueeze(1)
