# Describes torch.compiler: compiling changes no type.
from torch import compile


def is_compiling():
    return False


def is_dynamo_compiling():
    return False


def is_exporting():
    return False


def disable(fn=None, recursive=True, *, reason=None):
    if fn is None:
        return lambda function: function
    return fn


def allow_in_graph(fn):
    return fn


def assume_constant_result(fn):
    return fn


def reset():
    return None


def set_stance(*args, **kwargs):
    return None


def cudagraph_mark_step_begin():
    return None
