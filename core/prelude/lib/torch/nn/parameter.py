# Describes torch.nn.parameter. A parameter is a tensor with a mark; the classes are native and `isinstance` reads the mark.
import _trident
from _trident import Buffer, Parameter


# Lazy modules keep no uninitialised tensors: they make their parameters on the first call.
class UninitializedParameter(Parameter):
    def __new__(cls, requires_grad=True, device=None, dtype=None):
        return _trident.unknown('uninitialized parameter')


class UninitializedBuffer(Buffer):
    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        return _trident.unknown('uninitialized buffer')


def is_lazy(param):
    return False
