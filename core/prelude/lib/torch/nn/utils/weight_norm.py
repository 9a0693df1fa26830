# Describes the weight normalisation that works by a hook: `weight_g` and `weight_v` in place of `weight`.
import torch
from torch.nn.parameter import Parameter


def norm_except_dim(weight, dim):
    if dim is None or dim == -1:
        return weight.new_empty(())
    shape = [1] * weight.dim()
    shape[dim] = weight.size(dim)
    return weight.new_empty(shape)


def normalised(weight_g, weight_v, dim):
    others = [each for each in range(weight_v.dim()) if dim == -1 or each != dim]
    return weight_v * (weight_g / torch.linalg.vector_norm(weight_v, 2, others, keepdim=dim != -1))


class WeightNorm:
    def __init__(self, name, dim):
        self.name = name
        self.dim = -1 if dim is None else dim

    def compute_weight(self, module):
        return normalised(getattr(module, self.name + '_g'), getattr(module, self.name + '_v'), self.dim)

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module, name='weight', dim=0):
    weight = getattr(module, name)
    delattr(module, name)
    setattr(module, name + '_g', Parameter(norm_except_dim(weight, dim)))
    setattr(module, name + '_v', Parameter(torch.empty_like(weight)))
    hook = WeightNorm(name, dim)
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module, name='weight'):
    if not hasattr(module, name + '_g'):
        raise ValueError(f"weight_norm of '{name}' not found in {type(module).__name__}")
    weight = getattr(module, name + '_v')
    delattr(module, name)
    delattr(module, name + '_g')
    delattr(module, name + '_v')
    setattr(module, name, Parameter(torch.empty_like(weight)))
    module._forward_pre_hooks.clear()
    return module
