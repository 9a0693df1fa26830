# Describes inspect. The questions about functions are native where they are answered.
import _trident
from _trident import get_annotations, getmro, isclass, isfunction, ismethod, ismodule, signature

Parameter = _trident.unknown('inspect.Parameter')
Signature = _trident.unknown('inspect.Signature')


def isbuiltin(obj):
    return _trident.unknown('inspect')


def isroutine(obj):
    return callable(obj)


def isabstract(obj):
    return False


def isgeneratorfunction(obj):
    return _trident.unknown('inspect')


def iscoroutinefunction(obj):
    return False


def isawaitable(obj):
    return False


def getmembers(obj, predicate=None):
    return _trident.unknown('inspect')


def getfullargspec(func):
    return _trident.unknown('inspect')


def getsource(obj):
    return _trident.unknown('source text')


def getsourcelines(obj):
    return _trident.unknown('source text')


def getfile(obj):
    return _trident.unknown('source text')


def getsourcefile(obj):
    return _trident.unknown('source text')


def getdoc(obj):
    return _trident.unknown('source text')


def cleandoc(doc):
    return doc


def getmodule(obj):
    return _trident.unknown('inspect')


def currentframe():
    return _trident.unknown('stack frame')


def stack(context=1):
    return _trident.unknown('stack frame')


def unwrap(func, *, stop=None):
    while hasattr(func, '__wrapped__'):
        func = func.__wrapped__
    return func
