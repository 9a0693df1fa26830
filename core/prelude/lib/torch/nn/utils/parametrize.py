# Describes torch.nn.utils.parametrize. The parametrised attribute is computed anew before each call of its module.
from torch._context import Context as cached
from torch.nn.modules.container import ModuleDict, ModuleList
from torch.nn.parameter import Parameter


class ParametrizationList(ModuleList):
    def __init__(self, modules, original, unsafe=False):
        super().__init__(modules)
        self.unsafe = unsafe
        for module in reversed(list(modules)):
            if hasattr(module, 'right_inverse'):
                original = module.right_inverse(original)
        self.is_tensor = not isinstance(original, (list, tuple))
        if self.is_tensor:
            self.original = Parameter(original)
        else:
            self.ntensors = len(original)
            for i, part in enumerate(original):
                setattr(self, f'original{i}', Parameter(part))

    def forward(self):
        modules = list(self)
        if self.is_tensor:
            value = modules[0](self.original)
        else:
            value = modules[0](*[getattr(self, f'original{i}') for i in range(self.ntensors)])
        for module in modules[1:]:
            value = module(value)
        return value


class _Recompute:
    def __init__(self, name):
        self.name = name

    def __call__(self, module, inputs):
        setattr(module, self.name, getattr(module.parametrizations, self.name)() * 1)


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        getattr(module.parametrizations, tensor_name).append(parametrization)
    elif hasattr(module, tensor_name):
        original = getattr(module, tensor_name)
        delattr(module, tensor_name)
        if not hasattr(module, 'parametrizations'):
            module.parametrizations = ModuleDict()
        module.parametrizations[tensor_name] = ParametrizationList([parametrization], original, unsafe)
        module.register_forward_pre_hook(_Recompute(tensor_name))
    else:
        raise ValueError(f"Module '{type(module).__name__}' does not have a parameter, a buffer, or a parametrized element with name "
                         f"'{tensor_name}'")
    _Recompute(tensor_name)(module, ())
    return module


def is_parametrized(module, tensor_name=None):
    if not hasattr(module, 'parametrizations'):
        return False
    return tensor_name is None or tensor_name in module.parametrizations


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {type(module).__name__} does not have a parametrization on {tensor_name}")
    value = getattr(module.parametrizations, tensor_name)()
    delattr(module, tensor_name)
    setattr(module, tensor_name, Parameter(value))
    del module.parametrizations[tensor_name]
    if len(module.parametrizations) == 0:
        delattr(module, 'parametrizations')
    module._forward_pre_hooks.clear()
    return module


def type_before_parametrizations(module):
    return type(module)


def transfer_parametrizations_and_params(from_module, to_module, tensor_name=None):
    return to_module
