# Describes torch.overrides: no class of the program overrides torch's functions.
import _trident


def has_torch_function(relevant_args):
    return False


def has_torch_function_unary(obj):
    return False


def has_torch_function_variadic(*args):
    return False


def handle_torch_function(public_api, relevant_args, *args, **kwargs):
    return _trident.unknown('torch function override')


def is_tensor_like(inp):
    return _trident.is_tensor(inp)


TorchFunctionMode = _trident.unknown('torch function override')
