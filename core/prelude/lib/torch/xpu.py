# Describes torch.xpu: code is read as if on a machine without one.
import _trident


def is_available():
    return False


def is_built():
    return False


def device_count():
    return 0


def current_device():
    return _trident.unknown('available devices')


def current_accelerator(check_available=False):
    return _trident.unknown('available devices')


def synchronize(device=None):
    return None


def empty_cache():
    return None


def manual_seed(seed):
    return None
