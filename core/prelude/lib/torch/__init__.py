# Describes what is Python in torch. A name that is not here is an operator, a dtype, a native, a submodule or unknown.
import _trident
from torch._context import Context, context_or_decorator as enable_grad, context_or_decorator as inference_mode, context_or_decorator as no_grad
from torch._limits import finfo, get_default_dtype, iinfo
from torch.amp.autocast_mode import autocast
from torch.jit import export
from torch.serialization import load, save
from torch.version import __version__


def set_grad_enabled(mode):
    return Context()


def is_grad_enabled():
    return True


def is_inference_mode_enabled():
    return False


def is_autocast_enabled(device_type=None):
    return False


def is_autocast_cpu_enabled():
    return False


def is_autocast_cache_enabled():
    return True


def get_autocast_dtype(device_type):
    return _trident.unknown('autocast dtype')


def get_autocast_gpu_dtype():
    return _trident.unknown('autocast dtype')


def set_autocast_enabled(*args):
    return None


def compile(model=None, *, fullgraph=False, dynamic=None, backend='inductor', mode=None, options=None, disable=False):
    if model is None:
        return lambda function: function
    return model


def manual_seed(seed):
    return Generator()


def seed():
    return _trident.unknown('random seed')


def initial_seed():
    return _trident.unknown('random seed')


def get_rng_state():
    return _trident.unknown('random state')


def set_rng_state(state):
    return None


class Generator:
    def __init__(self, device='cpu'):
        self.device = device

    def manual_seed(self, seed):
        return self

    def seed(self):
        return _trident.unknown('random seed')

    def initial_seed(self):
        return _trident.unknown('random seed')

    def get_state(self):
        return _trident.unknown('random state')

    def set_state(self, state):
        return None


default_generator = Generator()


def get_default_device():
    return _trident.unknown('default device')


def set_default_device(device):
    return None


def set_default_tensor_type(t):
    return None


def set_printoptions(**kwargs):
    return None


def set_float32_matmul_precision(precision):
    return None


def get_float32_matmul_precision():
    return 'highest'


def use_deterministic_algorithms(mode, *, warn_only=False):
    return None


def are_deterministic_algorithms_enabled():
    return False


def set_num_threads(count):
    return None


def set_num_interop_threads(count):
    return None


def get_num_threads():
    return _trident.unknown('number of threads')


def set_warn_always(flag):
    return None


def _assert(condition, message):
    assert condition, message


def typename(value):
    return type(value).__name__


def is_storage(value):
    return False


def _check(condition, message=None):
    if not condition:
        raise RuntimeError('Expected cond to be True, but got False')


def _check_is_size(i, message=None, *, max=None):
    return None


class Stream(Context):
    def wait_stream(self, stream):
        return None

    def synchronize(self):
        return None
