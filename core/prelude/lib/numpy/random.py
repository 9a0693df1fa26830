# Describes numpy.random: which sizes and dtype the arrays of random numbers have. A single number is unknown.
import _trident
import numpy
import torch


def __getattr__(name):
    return _trident.unknown('random numbers')


def _floats(size):
    return _trident.unknown('random numbers') if size is None else numpy.Array(torch.empty(size, dtype=torch.float64))


def seed(seed=None):
    return None


def rand(*size):
    return _floats(size if size else None)


def randn(*size):
    return _floats(size if size else None)


def random(size=None):
    return _floats(size)


def random_sample(size=None):
    return _floats(size)


def standard_normal(size=None):
    return _floats(size)


def normal(loc=0.0, scale=1.0, size=None):
    return _floats(size)


def uniform(low=0.0, high=1.0, size=None):
    return _floats(size)


def randint(low, high=None, size=None, dtype=int):
    if size is None or dtype is not int:
        return _trident.unknown('random numbers')
    return numpy.Array(torch.empty(size, dtype=torch.int64))


def permutation(x):
    return numpy.Array(torch.empty(x, dtype=torch.int64)) if isinstance(x, int) else _trident.unknown('random numbers')
