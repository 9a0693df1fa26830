# Describes torch.backends.mkldnn.
import _trident
from torch.backends import _Backend

enabled = True
benchmark = False
deterministic = False
allow_tf32 = False
matmul = _Backend()


def is_available():
    return _trident.unknown('available devices')


def is_built():
    return _trident.unknown('available devices')


def version():
    return _trident.unknown('available devices')
