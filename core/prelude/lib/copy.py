# Describes copy: both functions are native and know tensors, containers and modules.
from _trident import copy, deepcopy


class Error(Exception):
    pass


def replace(obj, /, **changes):
    return obj.__replace__(**changes)
