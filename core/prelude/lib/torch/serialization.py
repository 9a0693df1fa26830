# Describes torch.load and torch.save: the content of a file is not known.
import _trident


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **pickle_load_args):
    return _trident.unknown('content of a file')


def save(obj, f, pickle_module=None, pickle_protocol=2, _use_new_zipfile_serialization=True):
    return None


def add_safe_globals(safe_globals):
    return None
