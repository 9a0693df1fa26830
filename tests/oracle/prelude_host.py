"""Runs core/prelude/lib under CPython over real torch: the natives of `_trident` in plain Python, and an import that prefers the prelude."""
import builtins
import copy
import dataclasses
import importlib
import pathlib
import sys
import types

import torch as real

ROOT = pathlib.Path(__file__).resolve().parents[2] / 'core' / 'prelude' / 'lib'


class Unknown:
    """What `_trident.unknown` gives; it takes part in nothing."""

    def __init__(self, reason):
        self.reason = reason


class _ParameterMeta(type):
    def __instancecheck__(cls, value):
        return isinstance(value, real.nn.Parameter)


class Parameter(real.Tensor, metaclass=type('Meta', (_ParameterMeta, type(real.Tensor)), {})):
    def __new__(cls, data=None, requires_grad=True):
        return make_parameter(real.empty(0) if data is None else data, requires_grad)


class Buffer(Parameter):
    def __new__(cls, data=None, *, persistent=True):
        return data


def make_parameter(tensor, requires_grad=True):
    return real.nn.Parameter(tensor, requires_grad and (tensor.is_floating_point() or tensor.is_complex()))


class Natives:
    """The natives that the torch part of the prelude asks for."""

    def __init__(self, host):
        self.host = host
        self.unknown = Unknown
        self.parameter = make_parameter
        self.is_parameter = lambda value: isinstance(value, real.nn.Parameter)
        self.is_tensor = lambda value: isinstance(value, real.Tensor)
        self.Parameter = Parameter
        self.Buffer = Buffer
        self.copy = copy.copy
        self.deepcopy = copy.deepcopy

    def attributes(self, obj):
        return [(name, value) for name, value in vars(obj).items() if name not in ('__buffers__', '__placeholders__')]

    def mark_buffer(self, module, name, persistent):
        vars(module).setdefault('__buffers__', {})[name] = persistent

    def mark_module(self, module, name):
        if not self._is_module(vars(module)[name]):
            vars(module).setdefault('__placeholders__', set()).add(name)

    def environment(self, value):
        return value

    def _is_module(self, value):
        return isinstance(value, self.host.Module)

    def _own(self, module, kind):
        buffers = vars(module).get('__buffers__', {})
        for name, value in self.attributes(module):
            if kind == 'module' and self._is_module(value):
                yield name, value
            if kind == 'parameter' and self.is_parameter(value):
                yield name, value
            if kind == 'buffer' and name in buffers and value is not None:
                yield name, value

    def named_children(self, module):
        found = []
        for name, child in self._own(module, 'module'):
            if all(child is not other for _, other in found):
                found.append((name, child))
        return found

    def named_modules(self, module, prefix='', seen=None):
        seen = set() if seen is None else seen
        if id(module) in seen:
            return []
        seen.add(id(module))
        found = [(prefix, module)]
        for name, child in self._own(module, 'module'):
            found += self.named_modules(child, prefix + '.' + name if prefix else name, seen)
        return found

    def _named(self, module, kind, prefix, recurse):
        seen, found = set(), []
        for path, owner in self.named_modules(module, prefix) if recurse else [(prefix, module)]:
            for name, value in self._own(owner, kind):
                if id(value) not in seen:
                    seen.add(id(value))
                    found.append((path + '.' + name if path else name, value))
        return found

    def named_parameters(self, module, prefix, recurse):
        return self._named(module, 'parameter', prefix, recurse)

    def named_buffers(self, module, prefix, recurse):
        return self._named(module, 'buffer', prefix, recurse)

    def parameters(self, module, recurse):
        return [value for _, value in self._named(module, 'parameter', '', recurse)]

    def state_dict(self, module, prefix):
        found = dict((prefix + name, value) for name, value in self._own(module, 'parameter'))
        persistent = vars(module).get('__buffers__', {})
        found.update((prefix + name, value) for name, value in self._own(module, 'buffer') if persistent[name])
        for name, child in self._own(module, 'module'):
            found.update(self.state_dict(child, prefix + name + '.'))
        return found

    def set_training(self, module, flag):
        for _, owner in self.named_modules(module):
            owner.training = flag

    def convert(self, module, dtype, device, floating_only):
        for _, owner in self.named_modules(module):
            for kind in ('parameter', 'buffer'):
                for name, value in list(self._own(owner, kind)):
                    if dtype is not None and (value.is_floating_point() or not floating_only):
                        changed = value.detach().to(dtype)
                        vars(owner)[name] = make_parameter(changed) if kind == 'parameter' else changed


def _attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    scores = query @ key.transpose(-2, -1)
    return (scores if attn_mask is None else scores + attn_mask).softmax(-1) @ value


def _rms_norm(input, normalized_shape, weight=None, eps=None):
    return real.nn.functional.layer_norm(input, normalized_shape, weight)


def _lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return real.nn.functional.avg_pool3d(input, kernel_size, stride, 0, ceil_mode)


def _pad(input, pad, mode='constant', value=None):
    if mode == 'circular' and input.dim() == len(pad) // 2 + 1:
        return real.nn.functional.pad(input.unsqueeze(0), pad, mode, value).squeeze(0)
    return real.nn.functional.pad(input, pad, mode, value)


# Operators that older releases of torch lack, as far as the shapes go.
STAND_INS = {
    'scaled_dot_product_attention': _attention,
    'rms_norm': _rms_norm,
    'lp_pool3d': _lp_pool3d,
    'pad': _pad,
}


class PreludeModule(types.ModuleType):
    """A module of the prelude: a name it lacks is a submodule, else a name of the real torch."""

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        child = self._host.find(f'{self.__name__}.{name}')
        if child is not None:
            return child
        if self.__name__.split('.')[0] != 'torch':
            raise AttributeError(name)
        value = real
        for part in self.__name__.split('.')[1:]:
            value = getattr(value, part)
        return self._host.operator(f'{self.__name__}.{name}', value, name)


class Host:
    """Loads modules of the prelude (and, with `others`, packages of a folder that import torch) beside the real ones."""

    def __init__(self, others=None):
        self.modules = {}
        self.others = others
        self.natives = Natives(self)
        self.builtins = dict(vars(builtins), __import__=self.import_)
        self.Module = self.find('torch.nn.modules.module').Module
        self._complete(self.Module)

    def operator(self, qualified, owner, name):
        if qualified.startswith('torch.nn.functional.') and (name == 'pad' or not hasattr(owner, name)):
            return STAND_INS[name]
        return getattr(owner, name)

    def _complete(self, module_class):
        natives = self.natives

        def call(self, *args, **kwargs):
            for hook in list(vars(self).get('_forward_pre_hooks', {}).values()):
                hook(self, args)
            return self.forward(*args, **kwargs)

        def view(kind):
            return property(lambda self: dict(natives._own(self, kind)))

        def assign(self, name, value):
            kinds = (real.nn.Parameter, module_class)
            if isinstance(value, kinds) and name in vars(self) and not isinstance(vars(self)[name], kinds):
                del vars(self)[name]
            object.__setattr__(self, name, value)

        module_class.__call__ = call
        module_class.__setattr__ = assign
        def modules(self):
            placeholders = vars(self).get('__placeholders__', ())
            return {name: value for name, value in natives.attributes(self) if natives._is_module(value) or name in placeholders}

        module_class._modules = property(modules)
        module_class._parameters = view('parameter')
        module_class._buffers = view('buffer')

    def _path(self, name):
        roots = [ROOT] if name.split('.')[0] == 'torch' else [pathlib.Path(self.others)] if self.others else []
        for root in roots:
            base = root.joinpath(*name.split('.'))
            if (base / '__init__.py').exists():
                return base / '__init__.py'
            if base.with_suffix('.py').exists():
                return base.with_suffix('.py')
        return None

    def find(self, name):
        if name in self.modules:
            return self.modules[name]
        path = self._path(name)
        return None if path is None else self.load(name, path)

    def load(self, name, path):
        module = PreludeModule(name)
        module._host = self
        module.__file__ = str(path)
        module.__builtins__ = self.builtins
        if path.name == '__init__.py':
            module.__path__ = [str(path.parent)]
            module.__package__ = name
        else:
            module.__package__ = name.rpartition('.')[0]
        self.modules[name] = module
        exec(compile(path.read_text(), str(path), 'exec'), module.__dict__)
        return module

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level:
            package = globals['__package__'].split('.')
            base = package[:len(package) - level + 1]
            name = '.'.join(base + ([name] if name else []))
        if name == '_trident':
            return self.natives
        top = name.split('.')[0]
        if self._path(top) is None:
            return builtins.__import__(name, globals, locals, fromlist, 0)
        root = self.find(top)
        module = root
        for end in range(2, len(name.split('.')) + 1):
            part = '.'.join(name.split('.')[:end])
            known = part in self.modules
            child = self.find(part)
            if child is None:
                child = getattr(module, part.rpartition('.')[2])
            if not known:
                setattr(module, part.rpartition('.')[2], child)
            module = child
        if not fromlist:
            return root
        for wanted in fromlist:
            if wanted != '*' and wanted not in vars(module) and hasattr(module, '__name__'):
                child = self.find(f'{name}.{wanted}')
                if child is not None:
                    setattr(module, wanted, child)
        return module


class _Borrowed:
    """Natives for standard modules: what the real modules have, and `extra`."""

    SOURCES = ('collections', 'functools', 'typing', 'types', 'enum', 'dataclasses', 'copy', 'inspect', 'numbers', 'importlib', 'collections.abc')

    def __init__(self, extra):
        self.extra = extra

    def init_values(self, instance):
        return {field.name: getattr(instance, field.name) for field in dataclasses.fields(instance) if field.init}

    def __getattr__(self, name):
        for source in [self.extra] + [importlib.import_module(source) for source in self.SOURCES]:
            if hasattr(source, name):
                return getattr(source, name)
        return Unknown if name == 'unknown' else Unknown(name)


def load_standard(name, extra=None):
    """The prelude's description of a standard module, run by CPython with natives borrowed from the real modules."""
    path = ROOT.joinpath(*name.split('.'))
    path = path / '__init__.py' if path.is_dir() else path.with_suffix('.py')
    module = types.ModuleType(name)
    natives = _Borrowed(extra)

    def import_(wanted, *rest):
        return natives if wanted == '_trident' else builtins.__import__(wanted, *rest)

    module.__dict__['__builtins__'] = dict(vars(builtins), __import__=import_)
    exec(compile(path.read_text(), str(path), 'exec'), module.__dict__)
    return module
