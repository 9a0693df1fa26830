# Describes the little of numpy that sizes and rates are computed with: numbers, and rows of known numbers. The rest is unknown.
import _trident
import math
from math import e, inf, nan, pi

newaxis = None
float16 = float32 = float64 = floating = double = single = float_ = float
int8 = int16 = int32 = int64 = uint8 = uint16 = uint32 = uint64 = integer = intp = int
bool_ = bool
number = (int, float)


def __getattr__(name):
    return _trident.unknown('numpy')


# One known dimension; anything with more is unknown.
class ndarray(list):
    ndim = 1
    dtype = _trident.unknown('numpy')

    @property
    def shape(self):
        return (len(self),)

    @property
    def size(self):
        return len(self)

    def tolist(self):
        return list(self)

    def item(self, index=0):
        return self[index]

    def astype(self, dtype, *args, **kwargs):
        return ndarray([dtype(x) for x in self]) if dtype in (int, float, bool) else self

    def copy(self):
        return ndarray(self)

    def sum(self):
        return sum(self)

    def prod(self):
        return math.prod(self)

    def max(self):
        return max(list(self))

    def min(self):
        return min(list(self))

    def _with(self, other, function):
        if isinstance(other, (list, tuple)):
            return ndarray([function(a, b) for a, b in zip(self, other)])
        return ndarray([function(a, other) for a in self])

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b)

    def __radd__(self, other):
        return self._with(other, lambda a, b: b + a)

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other):
        return self._with(other, lambda a, b: b - a)

    def __mul__(self, other):
        return self._with(other, lambda a, b: a * b)

    def __rmul__(self, other):
        return self._with(other, lambda a, b: b * a)

    def __truediv__(self, other):
        return self._with(other, lambda a, b: a / b)

    def __floordiv__(self, other):
        return self._with(other, lambda a, b: a // b)

    def __pow__(self, other):
        return self._with(other, lambda a, b: a ** b)

    def __neg__(self):
        return ndarray([-a for a in self])


def _each(x, function):
    if isinstance(x, (list, tuple)):
        return ndarray([function(item) for item in x])
    if isinstance(x, (int, float)):
        return function(x)
    return _trident.unknown('numpy')


def _row(x):
    if isinstance(x, (list, tuple)) and all([isinstance(item, (int, float)) for item in x]):
        return ndarray(x)
    return _trident.unknown('numpy')


def array(object, *args, **kwargs):
    return _row(object)


def asarray(a, *args, **kwargs):
    return _row(a)


def linspace(start, stop, num=50, endpoint=True, *args, **kwargs):
    steps = num - 1 if endpoint else num
    return ndarray([start + (stop - start) * i / max(1, steps) for i in range(num)])


def arange(*args, **kwargs):
    if all([isinstance(arg, int) for arg in args]):
        return ndarray(range(*args))
    return _trident.unknown('numpy')


def cumsum(a, *args, **kwargs):
    total = 0
    sums = []
    for item in a:
        total = total + item
        sums.append(total)
    return ndarray(sums)


def prod(a, *args, **kwargs):
    return math.prod(a) if isinstance(a, (list, tuple)) and len(args) == 0 and len(kwargs) == 0 else _trident.unknown('numpy')


def sum(a, *args, **kwargs):
    if isinstance(a, (list, tuple)) and len(args) == 0 and len(kwargs) == 0:
        total = 0
        for item in a:
            total = total + item
        return total
    return _trident.unknown('numpy')


def ceil(x):
    return _each(x, lambda v: float(math.ceil(v)))


def floor(x):
    return _each(x, lambda v: float(math.floor(v)))


def sqrt(x):
    return _each(x, math.sqrt)


def log(x):
    return _each(x, math.log)


def log2(x):
    return _each(x, math.log2)


def log10(x):
    return _each(x, math.log10)


def sin(x):
    return _each(x, math.sin)


def cos(x):
    return _each(x, math.cos)


def power(x, y):
    return _each(x, lambda v: v ** y)


def round(x, decimals=0):
    return _trident.unknown('numpy')


def abs(x):
    return _each(x, lambda v: v if v >= 0 else -v)


absolute = abs
