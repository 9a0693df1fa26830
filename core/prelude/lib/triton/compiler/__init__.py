# Describes triton.compiler: a signature says what a kernel's parameters are.
import _trident


class ASTSource:
    def __init__(self, fn, signature, constexprs=None, attrs=None):
        self.fn = fn
        self.signature = signature
        self.constants = constexprs if constexprs is not None else {}
        self.attrs = attrs
        self._record('', None)

    def _record(self, target, options):
        _trident.kernel_signature(self.fn.fn, self.signature, self.constants, target, options)


def compile(src, target=None, options=None, _env_vars=None):
    if isinstance(src, ASTSource) and target is not None:
        src._record(f'{target.backend}:{target.arch}', options)
    return _trident.unknown('a compiled kernel')


def __getattr__(name):
    return _trident.unknown('a part of triton.compiler that Trident does not describe')
