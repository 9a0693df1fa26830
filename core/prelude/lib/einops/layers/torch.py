# Describes einops.layers.torch.
import torch
from einops.einops import einsum, groups_of, rearrange, reduce
from torch.nn.modules.module import Module
from torch.nn.parameter import Parameter


class Rearrange(Module):
    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.axes_lengths = axes_lengths

    def forward(self, input):
        return rearrange(input, self.pattern, **self.axes_lengths)


class Reduce(Module):
    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.reduction = reduction
        self.axes_lengths = axes_lengths

    def forward(self, input):
        return reduce(input, self.pattern, self.reduction, **self.axes_lengths)


def _names(side):
    return ' '.join([name for group in groups_of(side, {}, '#') for name in (['...'] if group is None else group)])


class EinMix(Module):
    def __init__(self, pattern, weight_shape, bias_shape=None, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.weight_shape = weight_shape
        self.bias_shape = bias_shape
        self.axes_lengths = axes_lengths
        left, right = pattern.split('->')
        self.left = left
        self.right = right
        weight_names = weight_shape.split()
        self.left_names = _names(left)
        self.right_names = _names(right)
        self.weight = Parameter(torch.empty([axes_lengths[name] for name in weight_names]))
        if bias_shape is None:
            self.bias = None
        else:
            bias_names = bias_shape.split()
            self.bias = Parameter(torch.empty([axes_lengths[name] if name in bias_names else 1 for name in self.right_names.split()
                                               if name != '...']))

    def forward(self, input):
        sizes = {name: size for name, size in self.axes_lengths.items() if name in self.left_names.split()}
        if '(' in self.left:
            input = rearrange(input, f'{self.left} -> {self.left_names}', **sizes)
        output = einsum(input, self.weight, f'{self.left_names}, {self.weight_shape} -> {self.right_names}')
        if self.bias is not None:
            output = output + self.bias
        if '(' in self.right:
            sizes = {name: size for name, size in self.axes_lengths.items() if name in self.right_names.split()}
            output = rearrange(output, f'{self.right_names} -> {self.right}', **sizes)
        return output
