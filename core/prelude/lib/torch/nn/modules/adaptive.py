# Describes AdaptiveLogSoftmaxWithLoss.
import torch
import torch.nn.functional as F
from collections import namedtuple
from torch.nn.modules.container import ModuleList, Sequential
from torch.nn.modules.linear import Linear
from torch.nn.modules.module import Module

_ASMoutput = namedtuple('_ASMoutput', ['output', 'loss'])


class AdaptiveLogSoftmaxWithLoss(Module):
    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None):
        super().__init__()
        cutoffs = list(cutoffs)
        if len(cutoffs) == 0:
            raise ValueError('cutoffs should be a sequence of length larger than 0')
        if cutoffs != sorted(cutoffs) or min(cutoffs) <= 0 or max(cutoffs) > n_classes - 1 or len(set(cutoffs)) != len(cutoffs):
            raise ValueError('cutoffs should be a sequence of unique, positive integers sorted in an increasing order, '
                             'where each value is between 1 and n_classes-1')
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = cutoffs + [n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, head_bias, device, dtype)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            hidden = int(in_features // (div_value ** (i + 1)))
            size = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(Sequential(Linear(in_features, hidden, False, device, dtype), Linear(hidden, size, False, device, dtype)))

    def reset_parameters(self):
        return None

    def forward(self, input_, target_):
        if input_.size(-1) != self.in_features:
            raise RuntimeError(f'input_ must have {self.in_features} features, it has {input_.size(-1)}')
        if target_.dim() > 1 or target_.dim() != input_.dim() - 1:
            raise RuntimeError('0D or 1D target tensor expected, of the rank of the input less one')
        output = input_.new_empty(target_.shape)
        return _ASMoutput(output, output.mean())

    def log_prob(self, input):
        return F.log_softmax(input.new_empty((input.size(0), self.n_classes)), 1)

    def predict(self, input):
        return torch.argmax(self.log_prob(input), 1)
