# Describes torch.fx: nothing is traced.
import _trident

Graph = _trident.unknown('torch.fx')
GraphModule = _trident.unknown('torch.fx')
Interpreter = _trident.unknown('torch.fx')
Node = _trident.unknown('torch.fx')
Tracer = _trident.unknown('torch.fx')
Transformer = _trident.unknown('torch.fx')



class Proxy:
    def __new__(cls, *args, **kwargs):
        return _trident.unknown('torch.fx')


def wrap(fn_or_name):
    return fn_or_name


def symbolic_trace(root, concrete_args=None):
    return _trident.unknown('torch.fx')


def has_side_effect(fn):
    return fn
