# Describes torch._jit_internal.
from torch.jit import Final, export, ignore, is_scripting, unused

_overload = export


def boolean_dispatch(arg_name, arg_index, default, if_true, if_false, module_name, func_name):
    return lambda *args, **kwargs: if_true(*args, **kwargs) if kwargs.get(arg_name, default) else if_false(*args, **kwargs)


def weak_module(cls):
    return cls


def weak_script_method(fn):
    return fn
