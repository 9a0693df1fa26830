# Describes torch.xpu: whether there is a device is not known.
import _trident


def is_available():
    return _trident.unknown('available devices')


def is_built():
    return _trident.unknown('available devices')


def device_count():
    return _trident.unknown('available devices')


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
