# Describes torch.amp.autocast_mode. `_trident.autocast` tells the operators about the dtype that is in force.
import _trident
from torch._context import Context


class autocast(Context):
    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        self.device = device_type
        self.fast_dtype = dtype
        self._enabled = enabled


def custom_fwd(fwd=None, *, device_type='cuda', cast_inputs=None):
    if fwd is None:
        return lambda function: function
    return fwd


def custom_bwd(bwd=None, *, device_type='cuda'):
    if bwd is None:
        return lambda function: function
    return bwd


def is_autocast_available(device_type):
    return _trident.unknown('available devices')
