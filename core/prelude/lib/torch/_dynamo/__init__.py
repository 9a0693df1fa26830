# Describes torch._dynamo.
import _trident
from torch.compiler import allow_in_graph, assume_constant_result, disable, is_compiling, reset

config = _trident.unknown('torch._dynamo.config')
eval_frame = _trident.unknown('torch._dynamo')
OptimizedModule = _trident.unknown('torch._dynamo')


def graph_break(msg=''):
    return None


def mark_dynamic(t, index, **kwargs):
    return None


def mark_static(t, index=None):
    return None


def mark_static_address(t, guard=True):
    return None


def maybe_mark_dynamic(t, index):
    return None


def optimize(*args, **kwargs):
    return lambda function: function


def forbid_in_graph(fn):
    return fn
