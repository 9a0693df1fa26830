# Describes torch.finfo and torch.iinfo: the limits of the dtypes that IEEE 754 and two's complement give; others are unknown.
# The default dtype is taken for torch's own, as the operators take it.
import _trident
import torch


def get_default_dtype():
    return torch.float32


def _float_limits(dtype):
    if dtype == torch.float16:
        return 65504.0, 0.0009765625, 6.103515625e-05, 16
    if dtype == torch.bfloat16:
        return 3.3895313892515355e+38, 0.0078125, 1.1754943508222875e-38, 16
    if dtype == torch.float32 or dtype == torch.complex64:
        return 3.4028234663852886e+38, 1.1920928955078125e-07, 1.1754943508222875e-38, 32
    if dtype == torch.float64 or dtype == torch.complex128:
        return 1.7976931348623157e+308, 2.220446049250313e-16, 2.2250738585072014e-308, 64
    some = _trident.unknown('limits of a dtype')
    return float(some), float(some), float(some), int(some)


class finfo:
    def __init__(self, type=None):
        if type is None:
            type = get_default_dtype()
        if not (type.is_floating_point or type.is_complex):
            raise TypeError('torch.finfo() requires a floating point input type. Use torch.iinfo to handle ' + repr(type))
        self.max, self.eps, self.tiny, self.bits = _float_limits(type)
        self.min = -self.max
        self.smallest_normal = self.tiny
        self.resolution = float(_trident.unknown('limits of a dtype'))
        self.dtype = str(type)[6:]


def _bits(dtype):
    if dtype == torch.int8 or dtype == torch.uint8:
        return 8
    if dtype == torch.int16 or dtype == torch.uint16:
        return 16
    if dtype == torch.int32 or dtype == torch.uint32:
        return 32
    if dtype == torch.int64 or dtype == torch.uint64:
        return 64
    return int(_trident.unknown('limits of a dtype'))


class iinfo:
    def __init__(self, type):
        if type.is_floating_point or type.is_complex:
            raise TypeError('torch.iinfo() requires an integer input type. Use torch.finfo to handle ' + repr(type))
        self.bits = _bits(type)
        unsigned = type == torch.uint8 or type == torch.uint16 or type == torch.uint32 or type == torch.uint64
        self.max = int(_trident.unknown('limits of a dtype')) if self.bits == 64 else 2 ** self.bits - 1 if unsigned else 2 ** (self.bits - 1) - 1
        self.min = 0 if unsigned else int(_trident.unknown('limits of a dtype')) if self.bits == 64 else -2 ** (self.bits - 1)
        self.dtype = str(type)[6:]
