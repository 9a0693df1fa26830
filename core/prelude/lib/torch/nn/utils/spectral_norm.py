# Describes the spectral normalisation that works by a hook: `weight_orig`, `weight_u` and `weight_v`.
import torch
from torch.nn.modules.conv import _ConvTransposeNd
from torch.nn.parameter import Parameter


class SpectralNorm:
    def __init__(self, name):
        self.name = name

    def compute_weight(self, module):
        return torch.empty_like(getattr(module, self.name + '_orig')) * 1

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def spectral_norm(module, name='weight', n_power_iterations=1, eps=1e-12, dim=None):
    if n_power_iterations <= 0:
        raise ValueError(f'Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}')
    if dim is None:
        dim = 1 if isinstance(module, _ConvTransposeNd) else 0
    weight = getattr(module, name)
    rows = weight.size(dim)
    delattr(module, name)
    setattr(module, name + '_orig', Parameter(torch.empty_like(weight)))
    hook = SpectralNorm(name)
    setattr(module, name, hook.compute_weight(module))
    module.register_buffer(name + '_u', weight.new_empty((rows,)))
    module.register_buffer(name + '_v', weight.new_empty((weight.numel() // rows,)))
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module, name='weight'):
    if not hasattr(module, name + '_orig'):
        raise ValueError(f"spectral_norm of '{name}' not found in {type(module).__name__}")
    weight = getattr(module, name + '_orig')
    for suffix in ('', '_orig', '_u', '_v'):
        delattr(module, name + suffix)
    setattr(module, name, Parameter(torch.empty_like(weight)))
    module._forward_pre_hooks.clear()
    return module
