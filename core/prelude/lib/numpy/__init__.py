# Describes the little of numpy that sizes, rates and data are computed with: numbers, rows of known numbers, and arrays of which sizes and
# dtype are known. The rest is unknown.
import _trident
import math
import torch
from math import e, inf, nan, pi

newaxis = None
floating = float
integer = int
number = (int, float)


# The scalar types: calling one makes a number of Python; each knows the dtype of an array of it.
class _Float(float):
    def __new__(cls, value=0.0):
        return float(value) if isinstance(value, (int, float, str)) else value

    _dtype = torch.float64


class _Int(int):
    def __new__(cls, value=0):
        return int(value) if isinstance(value, (int, float, str)) else value

    _dtype = torch.int64


class float64(_Float):
    pass


class float32(_Float):
    _dtype = torch.float32


class float16(_Float):
    _dtype = torch.float16


class int64(_Int):
    pass


class int32(_Int):
    _dtype = torch.int32


class int16(_Int):
    _dtype = torch.int16


class int8(_Int):
    _dtype = torch.int8


class uint8(_Int):
    _dtype = torch.uint8


double = float_ = float64
single = float32
half = float16
longlong = intp = int_ = int64
bool_ = bool
uint16 = uint32 = uint64 = int


# The torch dtype of what numpy takes as one, None when it is not known.
def _dtype_of(dtype):
    if isinstance(dtype, str):
        dtype = {'float32': float32, 'float64': float64, 'float': float64, 'float16': float16, 'int64': int64, 'int': int64, 'int32': int32, 'int16': int16,
                 'int8': int8, 'uint8': uint8, 'bool': bool}.get(dtype)
    if dtype is float:
        return torch.float64
    if dtype is int:
        return torch.int64
    if dtype is bool:
        return torch.bool
    return getattr(dtype, '_dtype', None)


def __getattr__(name):
    return _trident.unknown('numpy')


class ndarray:
    dtype = _trident.unknown('numpy')

    def __class_getitem__(cls, item):
        return cls


# One dimension of known numbers; `Array` is what has more, or unknown ones.
class Row(ndarray, list):
    ndim = 1

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
        if dtype in (int, float, bool):
            return Row([dtype(x) for x in self])
        return _array_of(torch.tensor(self), _dtype_of(dtype))

    def copy(self):
        return Row(self)

    def sum(self):
        return sum(self)

    def prod(self):
        return math.prod(self)

    def max(self):
        return max(list(self))

    def min(self):
        return min(list(self))

    def _with(self, other, function):
        if isinstance(other, Array):
            return function(Array(torch.tensor(self)), other)
        if isinstance(other, (list, tuple)):
            return Row([function(a, b) for a, b in zip(self, other)])
        return Row([function(a, other) for a in self])

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
        return Row([-a for a in self])


# An array of which sizes and dtype are known, kept as the tensor that torch would make of it.
class Array(ndarray):
    def __init__(self, tensor):
        self._array_tensor = tensor

    def __getattr__(self, name):
        return _trident.unknown('numpy')

    @property
    def shape(self):
        return tuple(self._array_tensor.shape)

    @property
    def ndim(self):
        return self._array_tensor.dim()

    @property
    def size(self):
        return self._array_tensor.numel()

    @property
    def T(self):
        return self.transpose()

    def __len__(self):
        return self._array_tensor.shape[0]

    def __iter__(self):
        return iter([Array(row) for row in self._array_tensor])

    def __getitem__(self, key):
        if isinstance(key, tuple):
            key = tuple([_tensor_of(k) for k in key])
        return Array(self._array_tensor[_tensor_of(key)])

    def __setitem__(self, key, value):
        return None

    def __float__(self):
        return _trident.unknown('numpy')

    def __int__(self):
        return _trident.unknown('numpy')

    def __bool__(self):
        return _trident.unknown('numpy')

    def astype(self, dtype, *args, **kwargs):
        return _array_of(self._array_tensor, _dtype_of(dtype))

    def copy(self, order='C'):
        return Array(self._array_tensor.clone())

    def reshape(self, *shape, order='C'):
        return Array(self._array_tensor.reshape(*shape))

    def transpose(self, *axes):
        if len(axes) == 1 and isinstance(axes[0], (list, tuple)):
            axes = axes[0]
        count = self._array_tensor.dim()
        return Array(self._array_tensor.permute(*(axes if axes else range(count - 1, -1, -1))))

    def flatten(self, order='C'):
        return Array(self._array_tensor.flatten())

    def ravel(self, order='C'):
        return Array(self._array_tensor.flatten())

    def squeeze(self, axis=None):
        return Array(self._array_tensor.squeeze() if axis is None else self._array_tensor.squeeze(axis))

    def _reduced(self, function, axis, keepdims, keeps_ints=True):
        t = self._array_tensor
        if not t.dtype.is_floating_point:
            t = t.to(torch.int64 if keeps_ints else torch.float64)
        if axis is None:
            return Array(function(t.flatten(), 0))
        return Array(function(t, axis, keepdim=keepdims))

    def sum(self, axis=None, keepdims=False):
        return self._reduced(torch.sum, axis, keepdims)

    def mean(self, axis=None, keepdims=False):
        return self._reduced(torch.mean, axis, keepdims, False)

    def std(self, axis=None, keepdims=False):
        return self._reduced(torch.std, axis, keepdims, False)

    def var(self, axis=None, keepdims=False):
        return self._reduced(torch.var, axis, keepdims, False)

    def max(self, axis=None, keepdims=False):
        return self._reduced(torch.amax, axis, keepdims)

    def min(self, axis=None, keepdims=False):
        return self._reduced(torch.amin, axis, keepdims)

    def argmax(self, axis=None):
        return Array(self._array_tensor.argmax() if axis is None else self._array_tensor.argmax(axis))

    def argmin(self, axis=None):
        return Array(self._array_tensor.argmin() if axis is None else self._array_tensor.argmin(axis))

    def __neg__(self):
        return Array(-self._array_tensor)

    def __add__(self, other):
        return _both(self, other, lambda a, b: a + b)

    def __radd__(self, other):
        return _both(self, other, lambda a, b: b + a)

    def __sub__(self, other):
        return _both(self, other, lambda a, b: a - b)

    def __rsub__(self, other):
        return _both(self, other, lambda a, b: b - a)

    def __mul__(self, other):
        return _both(self, other, lambda a, b: a * b)

    def __rmul__(self, other):
        return _both(self, other, lambda a, b: b * a)

    def __truediv__(self, other):
        return _both(self, other, lambda a, b: a / b, True)

    def __rtruediv__(self, other):
        return _both(self, other, lambda a, b: b / a, True)

    def __pow__(self, other):
        return _both(self, other, lambda a, b: a ** b)

    def __matmul__(self, other):
        return _both(self, other, lambda a, b: a @ b)

    def __lt__(self, other):
        return _both(self, other, lambda a, b: a < b)

    def __le__(self, other):
        return _both(self, other, lambda a, b: a <= b)

    def __gt__(self, other):
        return _both(self, other, lambda a, b: a > b)

    def __ge__(self, other):
        return _both(self, other, lambda a, b: a >= b)

    def __eq__(self, other):
        return _both(self, other, lambda a, b: a == b)

    def __ne__(self, other):
        return _both(self, other, lambda a, b: a != b)


def _array_of(tensor, dtype):
    return Array(tensor.to(dtype)) if dtype is not None else _trident.unknown('numpy')


def _tensor_of(x):
    if isinstance(x, Array):
        return x._array_tensor
    return torch.tensor(x) if isinstance(x, Row) else x


# numpy's promotion, where it is not torch's: integers become float64 beside a float, and in a division.
def _both(left, right, function, divides=False):
    a = left._array_tensor
    b = _tensor_of(right)
    floating = a.dtype.is_floating_point
    if isinstance(b, (int, float)):
        if not floating and (divides or isinstance(b, float)):
            a = a.to(torch.float64)
        return Array(function(a, b))
    if not isinstance(b, torch.Tensor):
        return _trident.unknown('numpy')
    if isinstance(right, torch.Tensor):
        return _trident.unknown('numpy')
    if floating != b.dtype.is_floating_point or (divides and not floating):
        a = a.to(torch.float64)
        b = b.to(torch.float64)
    return Array(function(a, b))


def _each(x, function, of_tensor=None):
    if isinstance(x, Array) and of_tensor is not None:
        t = x._array_tensor
        return Array(of_tensor(t if t.dtype.is_floating_point else t.to(torch.float64)))
    if isinstance(x, (list, tuple)):
        return Row([function(item) for item in x])
    if isinstance(x, (int, float)):
        return function(x)
    return _trident.unknown('numpy')


def _row(x, dtype):
    if isinstance(x, Array):
        return x if dtype is None else x.astype(dtype)
    if not isinstance(x, (list, tuple)):
        return _trident.unknown('numpy')
    if all([isinstance(item, (int, float)) for item in x]):
        row = Row(x)
    elif len(x) > 0 and all([isinstance(item, Array) for item in x]):
        row = Array(torch.stack([item._array_tensor for item in x]))
    else:
        return _trident.unknown('numpy')
    return row if dtype is None else row.astype(dtype)


def array(object, dtype=None, **kwargs):
    return _row(object, dtype)


def asarray(a, dtype=None, **kwargs):
    return _row(a, dtype)


def ascontiguousarray(a, dtype=None, **kwargs):
    return _row(a, dtype)


def zeros(shape, dtype=float, **kwargs):
    return _array_of(torch.empty(shape), _dtype_of(dtype))


def ones(shape, dtype=float, **kwargs):
    return _array_of(torch.empty(shape), _dtype_of(dtype))


def empty(shape, dtype=float, **kwargs):
    return _array_of(torch.empty(shape), _dtype_of(dtype))


def full(shape, fill_value, dtype=None, **kwargs):
    if dtype is None:
        dtype = type(fill_value)
    return _array_of(torch.empty(shape), _dtype_of(dtype))


def eye(N, M=None, k=0, dtype=float, **kwargs):
    return _array_of(torch.empty((N, N if M is None else M)), _dtype_of(dtype))


def zeros_like(a, dtype=None, **kwargs):
    if not isinstance(a, (Array, Row)):
        return _trident.unknown('numpy')
    return Array(torch.empty_like(_tensor_of(a))) if dtype is None else _array_of(_tensor_of(a), _dtype_of(dtype))


ones_like = empty_like = zeros_like


def _joined(arrays, function):
    if isinstance(arrays, (list, tuple)) and len(arrays) > 0 and all([isinstance(item, (Array, Row)) for item in arrays]):
        return Array(function([_tensor_of(item) for item in arrays]))
    return _trident.unknown('numpy')


def stack(arrays, axis=0, **kwargs):
    return _joined(arrays, lambda tensors: torch.stack(tensors, axis))


def concatenate(arrays, axis=0, **kwargs):
    return _joined(arrays, lambda tensors: torch.cat(tensors, axis))


def linspace(start, stop, num=50, endpoint=True, *args, dtype=None, **kwargs):
    steps = num - 1 if endpoint else num
    return Row([start + (stop - start) * i / max(1, steps) for i in range(num)])


def arange(*args, **kwargs):
    if all([isinstance(arg, int) for arg in args]):
        return Row(range(*args))
    return _trident.unknown('numpy')


def cumsum(a, *args, **kwargs):
    total = 0
    sums = []
    for item in a:
        total = total + item
        sums.append(total)
    return Row(sums)


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
    return _each(x, math.sqrt, torch.sqrt)


def log(x):
    return _each(x, math.log, torch.log)


def log2(x):
    return _each(x, math.log2, torch.log2)


def log10(x):
    return _each(x, math.log10, torch.log10)


def exp(x):
    return _each(x, math.exp, torch.exp)


def tanh(x):
    return _each(x, math.tanh, torch.tanh)


def sin(x):
    return _each(x, math.sin, torch.sin)


def cos(x):
    return _each(x, math.cos, torch.cos)


def power(x, y):
    return _each(x, lambda v: v ** y)


def round(x, decimals=0):
    return _trident.unknown('numpy')


def abs(x):
    return _each(x, lambda v: v if v >= 0 else -v)


absolute = abs
