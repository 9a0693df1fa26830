# Targets of a loss, and what is updated in place.
import torch
from torch import nn
import torch.nn.functional as F

scores = torch.sigmoid(torch.randn(3))
labels = torch.full((3,), 1)
a = nn.BCELoss()(scores, labels)
#   ^ error: [tensor-dtype] "binary_cross_entropy needs a target of the dtype of its input, f32; `target` is i64"
b = nn.BCELoss()(scores, labels.float())
# <- type: f32[]
c = F.cross_entropy(torch.randn(4, 10), torch.zeros(4, 10, dtype=torch.long))
#   ^ error: [tensor-dtype] "cross_entropy of input [4, 10] takes a target of the same rank for probabilities, which are floating point; `target` [4, 10] is i64, and class indices have one dim less"
total = torch.zeros(2, 3)
total += torch.zeros(3)
total -= torch.zeros(2)
# <- error: [broadcast-sizes] "`-=` cannot broadcast [2, 3] with [2]"
done = torch.zeros(2) > 0
done |= torch.zeros(2, 2) > 0
# <- error: [inplace-shape] "`|=` would give [2, 2]"
mixing = torch.spmm(torch.eye(3), torch.zeros(3, 2))
# <- type: f32[3, 2]
