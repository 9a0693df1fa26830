# Describes torch.nn.utils.parametrizations.
import torch
from torch.nn.modules.conv import _ConvTransposeNd
from torch.nn.modules.module import Module
from torch.nn.utils.parametrize import register_parametrization
from torch.nn.utils.weight_norm import norm_except_dim, normalised


class _WeightNorm(Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return normalised(weight_g, weight_v, self.dim)

    def right_inverse(self, weight):
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module, name='weight', dim=0):
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        if n_power_iterations <= 0:
            raise ValueError(f'Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}')
        self.dim = dim
        self.eps = eps
        if weight.dim() > 1:
            rows = weight.size(dim)
            self.n_power_iterations = n_power_iterations
            self.register_buffer('_u', weight.new_empty((rows,)))
            self.register_buffer('_v', weight.new_empty((weight.numel() // rows,)))

    def forward(self, weight):
        return torch.empty_like(weight)

    def right_inverse(self, value):
        return value


def spectral_norm(module, name='weight', n_power_iterations=1, eps=1e-12, dim=None):
    if not hasattr(module, name):
        raise ValueError(f"Module '{type(module).__name__}' has no parameter or buffer with name '{name}'")
    if dim is None:
        dim = 1 if isinstance(module, _ConvTransposeNd) else 0
    return register_parametrization(module, name, _SpectralNorm(getattr(module, name), n_power_iterations, dim, eps))


class _Orthogonal(Module):
    def __init__(self, weight, use_trivialization):
        super().__init__()
        if use_trivialization:
            self.register_buffer('base', None)

    def forward(self, X):
        return torch.empty_like(X)


def orthogonal(module, name='weight', orthogonal_map=None, *, use_trivialization=True):
    weight = getattr(module, name)
    if weight.dim() < 2:
        raise ValueError(f'Expected a matrix or batch of matrices. Got a tensor of {weight.dim()} dimensions.')
    if orthogonal_map is not None and orthogonal_map not in ('matrix_exp', 'cayley', 'householder'):
        raise ValueError(f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}')
    parametrization = _Orthogonal(weight, use_trivialization)
    register_parametrization(module, name, parametrization, unsafe=True)
    if use_trivialization:
        n = max(weight.size(-2), weight.size(-1))
        parametrization.register_buffer('base', weight.new_empty(tuple(weight.shape[:-2]) + (n, n)))
    return module
