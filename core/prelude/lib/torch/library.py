# Describes torch.library: an operator defined in Python is its function.
import _trident


def _registrar(*args, **kwargs):
    return lambda function: function


def _mark(function):
    function.register_fake = lambda fake: fake
    function.register_kernel = _registrar
    function.register_autograd = lambda backward, **kwargs: None
    function.register_vmap = _registrar
    return function


def custom_op(name, fn=None, /, *, mutates_args=(), device_types=None, schema=None):
    return _mark if fn is None else _mark(fn)


triton_op = custom_op


def wrap_triton(kernel):
    return kernel


def register_fake(op, func=None, /, *, lib=None, _stacklevel=1):
    return func if func is not None else lambda function: function


impl_abstract = register_fake


def register_kernel(op, device_types, func=None, /, *, lib=None):
    return func if func is not None else lambda function: function


def register_autograd(op, backward, /, *, setup_context=None, lib=None):
    return None


def define(qualname, schema=None, *, lib=None, tags=()):
    return lambda function: function


def impl(qualname, types, func=None, *, lib=None):
    return func if func is not None else lambda function: function


class Library:
    def __init__(self, ns, kind, dispatch_key=''):
        self.ns = ns

    def define(self, schema, alias_analysis='', *, tags=()):
        return None

    def impl(self, op_name, fn, dispatch_key='', **kwargs):
        return None
