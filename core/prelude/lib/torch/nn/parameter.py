# Describes torch.nn.parameter. A parameter is a tensor with a mark; `isinstance` against these classes reads the mark.
import _trident
import torch


class Parameter(torch.Tensor):
    def __new__(cls, data=None, requires_grad=True):
        return _trident.parameter(torch.empty(0) if data is None else data, requires_grad)


class Buffer(torch.Tensor):
    def __new__(cls, data=None, *, persistent=True):
        return _trident.buffer(torch.empty(0) if data is None else data, persistent)


class UninitializedTensorMixin:
    pass


# Lazy modules keep no uninitialised tensors: they make their parameters on the first call.
class UninitializedParameter(UninitializedTensorMixin, Parameter):
    def __new__(cls, requires_grad=True, device=None, dtype=None):
        return _trident.unknown('uninitialized parameter')


class UninitializedBuffer(UninitializedTensorMixin, torch.Tensor):
    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        return _trident.unknown('uninitialized buffer')


def is_lazy(param):
    return False
