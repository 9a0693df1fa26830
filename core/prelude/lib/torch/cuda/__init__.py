# Describes torch.cuda: whether there is a device is not known.
import _trident
from torch import Generator, Stream
from torch._context import Context

Event = _trident.unknown('torch.cuda.Event')
OutOfMemoryError = RuntimeError
device = Context
stream = Context
graph = Context


def is_available():
    return _trident.unknown('available devices')


def is_bf16_supported(including_emulation=True):
    return _trident.unknown('available devices')


def is_initialized():
    return _trident.unknown('available devices')


def is_current_stream_capturing():
    return False


def device_count():
    return _trident.unknown('available devices')


def current_device():
    return _trident.unknown('available devices')


def current_stream(device=None):
    return Stream()


def default_stream(device=None):
    return Stream()


def set_device(device):
    return None


def synchronize(device=None):
    return None


def empty_cache():
    return None


def get_device_name(device=None):
    return _trident.unknown('available devices')


def get_device_capability(device=None):
    return _trident.unknown('available devices')


def get_device_properties(device=None):
    return _trident.unknown('available devices')


def memory_allocated(device=None):
    return _trident.unknown('memory in use')


def max_memory_allocated(device=None):
    return _trident.unknown('memory in use')


def memory_reserved(device=None):
    return _trident.unknown('memory in use')


def reset_peak_memory_stats(device=None):
    return None


def mem_get_info(device=None):
    return _trident.unknown('memory in use')


def manual_seed(seed):
    return None


def manual_seed_all(seed):
    return None


def get_rng_state(device='cuda'):
    return _trident.unknown('random state')


def set_rng_state(new_state, device='cuda'):
    return None


def init():
    return None
