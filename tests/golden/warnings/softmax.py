# Softmax before cross entropy, and softmax without an axis.
import torch
import torch.nn.functional as F
from torch import nn

scores = torch.randn(32, 10)
labels = torch.zeros(32, dtype=torch.long)
good = F.cross_entropy(scores, labels)
bad = F.cross_entropy(F.softmax(scores, dim=1), labels)
#     ^ warning: [softmax-cross-entropy] "log_softmax itself"
net = nn.Sequential(nn.Linear(10, 10), nn.Softmax(dim=1))
worse = nn.CrossEntropyLoss()(net(scores), labels)
#       ^ warning: [softmax-cross-entropy] "softmax already"
weights = F.softmax(scores)
#         ^ warning: [implicit-softmax-dim] "dim 1"
named = F.softmax(scores, -1)
tensor_method = scores.softmax(0)
