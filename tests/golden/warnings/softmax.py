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
by_method = F.cross_entropy(scores.softmax(-1), labels)
#           ^ warning: [softmax-cross-entropy] "log_softmax itself"
by_torch = nn.CrossEntropyLoss(label_smoothing=0.1)(torch.softmax(scores, 1), labels)
#          ^ warning: [softmax-cross-entropy] "softmax already"
likelihood = F.nll_loss(F.log_softmax(scores, dim=1), labels)
scaled = F.cross_entropy(scores / scores.softmax(1).sum(), labels)
attention = torch.softmax(scores @ scores.T, dim=-1) @ scores
of_attention = F.cross_entropy(attention, labels)
soft_targets = F.cross_entropy(scores, F.softmax(scores, dim=1))
least = F.softmin(scores)
#       ^ warning: [implicit-softmax-dim] "dim 1"
logs = F.log_softmax(scores)
#      ^ warning: [implicit-softmax-dim] "dim 1"
layer = nn.Softmax()(scores)
#       ^ warning: [implicit-softmax-dim] "dim 1"
layer_with_dim = nn.Softmax(-1)(scores)
channels = nn.Softmax2d()(torch.randn(2, 3, 4, 4))
gumbel = F.gumbel_softmax(scores)
# An equal call but for what made its argument.
loss = nn.CrossEntropyLoss()
first = loss(scores, labels)
second = loss(scores.softmax(1), labels)
#        ^ warning: [softmax-cross-entropy] "softmax already"
third = loss(scores.softmax(1)[:, :5].float(), labels)
#       ^ warning: [softmax-cross-entropy] "softmax already"
