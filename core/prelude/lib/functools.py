# Describes functools.
import _trident
from _trident import cached_property, partial, partialmethod

WRAPPER_ASSIGNMENTS = ('__module__', '__name__', '__qualname__', '__doc__', '__annotations__')
WRAPPER_UPDATES = ('__dict__',)


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    for name in ('__module__', '__name__', '__qualname__', '__doc__'):
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    return lambda wrapper: update_wrapper(wrapper, wrapped)


def _forget():
    return None


def _counts():
    return _trident.unknown('how often a function was called')


def cache(user_function):
    user_function.cache_clear = _forget
    user_function.cache_info = _counts
    return user_function


def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return cache(maxsize)
    return cache


def reduce(function, iterable, *initial):
    items = list(iterable)
    if initial:
        items.insert(0, initial[0])
    if len(items) == 0:
        raise TypeError('reduce() of empty iterable with no initial value')
    result = items[0]
    for item in items[1:]:
        result = function(result, item)
    return result


def total_ordering(cls):
    return cls


def cmp_to_key(mycmp):
    class Key:
        def __init__(self, obj):
            self.obj = obj

        def __lt__(self, other):
            return mycmp(self.obj, other.obj) < 0

        def __gt__(self, other):
            return mycmp(self.obj, other.obj) > 0

        def __eq__(self, other):
            return mycmp(self.obj, other.obj) == 0

    return Key


def singledispatch(func):
    registry = []

    def dispatch(*args, **kwargs):
        for cls, implementation in reversed(registry):
            if isinstance(args[0], cls):
                return implementation(*args, **kwargs)
        return func(*args, **kwargs)

    def register(cls, implementation=None):
        if implementation is None and isinstance(cls, type):
            return lambda function: register(cls, function)
        if implementation is None:
            return cls
        registry.append((cls, implementation))
        return implementation

    dispatch.register = register
    dispatch.dispatch = lambda cls: _trident.unknown('singledispatch')
    return dispatch


def singledispatchmethod(func):
    func.register = lambda cls, method=None: (lambda function: function) if method is None and isinstance(cls, type) else cls
    return func
