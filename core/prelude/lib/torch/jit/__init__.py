# Describes torch.jit: scripting and tracing keep what a module computes.
from torch.jit._script import script, script_method
from torch._context import Context
from typing import Final

Error = RuntimeError


def ignore(drop=False, **kwargs):
    if callable(drop):
        return drop
    return lambda function: function


def unused(fn):
    return fn


def export(fn):
    return fn


def interface(obj):
    return obj


def is_scripting():
    return False


def is_tracing():
    return False


def annotate(the_type, the_value):
    return the_value


def isinstance(obj, target_type):
    import _trident
    return _trident.unknown('torch.jit.isinstance')


def trace(func, example_inputs=None, optimize=None, check_trace=True, **kwargs):
    return func


def trace_module(mod, inputs, **kwargs):
    return mod


def freeze(mod, preserved_attrs=None, optimize_numerics=True):
    return mod


def optimize_for_inference(mod, other_methods=None):
    return mod


def strict_fusion():
    return Context()


def optimized_execution(should_optimize):
    return Context()


def fuser(name):
    return Context()


def fork(func, *args, **kwargs):
    return func(*args, **kwargs)


def wait(future):
    return future


def load(f, map_location=None, _extra_files=None):
    import _trident
    return _trident.unknown('content of a file')


def save(m, f, _extra_files=None):
    return None


class Attribute:
    def __new__(cls, value, type):
        return value


class ScriptModule:
    pass


class RecursiveScriptModule(ScriptModule):
    pass


class ScriptFunction:
    pass
