# Describes weakref: nothing is collected.
from _trident import unknown

WeakValueDictionary = dict
WeakKeyDictionary = dict
WeakSet = set
ReferenceType = unknown('weakref')


def ref(object, callback=None):
    return lambda: object


def proxy(object, callback=None):
    return object


def finalize(obj, func, *args, **kwargs):
    return None
