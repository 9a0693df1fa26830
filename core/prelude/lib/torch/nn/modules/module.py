# Describes torch.nn.Module: one ordered attribute table, read by the natives of `_trident`.
# `module(...)` is native and runs `self.forward(...)`; hooks are kept in `_forward_pre_hooks` and `_forward_hooks`.
import _trident
import torch
from torch.utils.hooks import RemovableHandle


class _IncompatibleKeys:
    def __init__(self, missing_keys, unexpected_keys):
        self.missing_keys = missing_keys
        self.unexpected_keys = unexpected_keys

    def __iter__(self):
        return iter([self.missing_keys, self.unexpected_keys])


def _hook(module, table, hook):
    if not hasattr(module, table):
        setattr(module, table, {})
    hooks = getattr(module, table)
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle


class Module:
    dump_patches = False
    training = True
    call_super_init = False
    _version = 1

    def __init__(self, *args, **kwargs):
        self.training = True

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # Children and traversal.

    def named_children(self):
        return iter(_trident.named_children(self))

    def children(self):
        return iter([module for name, module in self.named_children()])

    def named_modules(self, memo=None, prefix='', remove_duplicate=True):
        found = _trident.named_modules(self)
        if prefix:
            return iter([(prefix + '.' + name if name else prefix, module) for name, module in found])
        return iter(found)

    def modules(self):
        return iter([module for name, module in _trident.named_modules(self)])

    def parameters(self, recurse=True):
        return iter(_trident.parameters(self, recurse))

    def named_parameters(self, prefix='', recurse=True, remove_duplicate=True):
        return iter(_trident.named_parameters(self, prefix, recurse))

    def buffers(self, recurse=True):
        return iter([buffer for name, buffer in _trident.named_buffers(self, '', recurse)])

    def named_buffers(self, prefix='', recurse=True, remove_duplicate=True):
        return iter(_trident.named_buffers(self, prefix, recurse))

    def get_submodule(self, target):
        module = self
        if target:
            for part in target.split('.'):
                if not hasattr(module, part):
                    raise AttributeError(f'{type(module).__name__} has no attribute `{part}`')
                module = getattr(module, part)
                if not isinstance(module, Module):
                    raise AttributeError(f'`{part}` is not an nn.Module')
        return module

    def set_submodule(self, target, module, strict=False):
        path, _, name = target.rpartition('.')
        setattr(self.get_submodule(path), name, module)

    def get_parameter(self, target):
        path, _, name = target.rpartition('.')
        owner = self.get_submodule(path)
        if not hasattr(owner, name):
            raise AttributeError(f'{type(owner).__name__} has no attribute `{name}`')
        return getattr(owner, name)

    def get_buffer(self, target):
        return self.get_parameter(target)

    # Registration.

    def register_buffer(self, name, tensor, persistent=True):
        setattr(self, name, tensor)
        _trident.mark_buffer(self, name, persistent)

    def register_parameter(self, name, param):
        setattr(self, name, param)

    def add_module(self, name, module):
        if module is not None and not isinstance(module, Module):
            raise TypeError(f'{type(module).__name__} is not a Module subclass')
        if '.' in name:
            raise KeyError(f'module name can\'t contain ".", got: {name}')
        if name == '':
            raise KeyError('module name can\'t be empty string ""')
        setattr(self, name, module)
        _trident.mark_module(self, name)

    def register_module(self, name, module):
        self.add_module(name, module)

    # State.

    def state_dict(self, *args, destination=None, prefix='', keep_vars=False):
        return _trident.state_dict(self, prefix)

    def load_state_dict(self, state_dict, strict=True, assign=False):
        return _IncompatibleKeys([], [])

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs):
        return None

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        return None

    def get_extra_state(self):
        return None

    def set_extra_state(self, state):
        return None

    # Mode, type and device.

    def train(self, mode=True):
        _trident.set_training(self, mode)
        return self

    def eval(self):
        _trident.set_training(self, False)
        return self

    def to(self, *args, **kwargs):
        dtype = kwargs.get('dtype')
        device = kwargs.get('device')
        for arg in args + ((kwargs['tensor'],) if 'tensor' in kwargs else ()):
            if isinstance(arg, torch.dtype):
                dtype = arg
            elif isinstance(arg, torch.Tensor):
                dtype = arg.dtype
                device = arg.device
            elif arg is not None and not isinstance(arg, bool):
                device = arg
        _trident.convert(self, dtype, device, True)
        return self

    def type(self, dst_type):
        _trident.convert(self, dst_type, None, False)
        return self

    def float(self):
        _trident.convert(self, torch.float32, None, True)
        return self

    def double(self):
        _trident.convert(self, torch.float64, None, True)
        return self

    def half(self):
        _trident.convert(self, torch.float16, None, True)
        return self

    def bfloat16(self):
        _trident.convert(self, torch.bfloat16, None, True)
        return self

    def cuda(self, device=None):
        _trident.convert(self, None, 'cuda', True)
        return self

    def xpu(self, device=None):
        _trident.convert(self, None, 'xpu', True)
        return self

    def cpu(self):
        _trident.convert(self, None, 'cpu', True)
        return self

    def to_empty(self, *, device, recurse=True):
        _trident.convert(self, None, device, True)
        return self

    def requires_grad_(self, requires_grad=True):
        return self

    def zero_grad(self, set_to_none=True):
        return None

    def share_memory(self):
        return self

    def apply(self, fn):
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def _apply(self, fn, recurse=True):
        return self

    def compile(self, *args, **kwargs):
        return None

    # Hooks.

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        return _hook(self, '_forward_hooks_with_kwargs' if with_kwargs else '_forward_hooks', hook)

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        return _hook(self, '_forward_pre_hooks_with_kwargs' if with_kwargs else '_forward_pre_hooks', hook)

    def register_backward_hook(self, hook):
        return RemovableHandle({})

    def register_full_backward_hook(self, hook, prepend=False):
        return RemovableHandle({})

    def register_full_backward_pre_hook(self, hook, prepend=False):
        return RemovableHandle({})

    def register_state_dict_pre_hook(self, hook):
        return RemovableHandle({})

    def register_state_dict_post_hook(self, hook):
        return RemovableHandle({})

    def register_load_state_dict_pre_hook(self, hook):
        return RemovableHandle({})

    def register_load_state_dict_post_hook(self, hook):
        return RemovableHandle({})

    def _register_state_dict_hook(self, hook):
        return RemovableHandle({})

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        return RemovableHandle({})

    # Text.

    def extra_repr(self):
        return ''

    def _get_name(self):
        return type(self).__name__


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    return RemovableHandle({})


def register_module_forward_pre_hook(hook):
    return RemovableHandle({})
