# Describes triton: a kernel that is launched is recorded with its arguments; what it computes is checked elsewhere.
import _trident

__version__ = '3.6.0'


class _Launcher:
    def __init__(self, kernel, grid):
        self.kernel = kernel
        self.grid = grid

    def __call__(self, *args, **kwargs):
        self.kernel._launch(args, kwargs, self.grid)


class JITFunction:
    def __init__(self, fn):
        self.fn = fn
        self.__name__ = fn.__name__
        self._configs = None
        self._heuristics = None

    def _launch(self, args, kwargs, grid):
        if self._heuristics is not None:
            given = {**dict(zip(self._names, args)), **kwargs}
            for name, heuristic in self._heuristics.items():
                try:
                    given[name] = kwargs[name] = heuristic(given)
                except Exception:
                    pass
        _trident.kernel_launch(self.fn, args, kwargs, grid, self._configs)

    def __getitem__(self, grid):
        return _Launcher(self, grid)

    def run(self, *args, **kwargs):
        self._launch(args, {k: v for k, v in kwargs.items() if k != 'grid' and k != 'warmup'}, kwargs.get('grid'))

    def warmup(self, *args, **kwargs):
        self._launch(args, {k: v for k, v in kwargs.items() if k != 'grid'}, kwargs.get('grid'))
        return _trident.unknown('a compiled kernel')

    def __call__(self, *args, **kwargs):
        raise RuntimeError("Cannot call @triton.jit'd outside of the scope of a kernel")

    def __getattr__(self, name):
        return _trident.unknown('an attribute of a kernel')


def jit(fn=None, *, version=None, repr=None, launch_metadata=None, do_not_specialize=None, do_not_specialize_on_alignment=None, debug=None, noinline=None):
    if fn is not None:
        return JITFunction(fn)
    return lambda function: JITFunction(function)


class Config:
    def __init__(self, kwargs, num_warps=4, num_stages=3, num_ctas=1, maxnreg=None, pre_hook=None, ir_override=None):
        self.kwargs = kwargs
        self.num_warps = num_warps
        self.num_stages = num_stages
        self.num_ctas = num_ctas
        self.maxnreg = maxnreg
        self.pre_hook = pre_hook

    def all_kwargs(self):
        return {**self.kwargs, 'num_warps': self.num_warps, 'num_stages': self.num_stages}


def autotune(configs, key, prune_configs_by=None, reset_to_zero=None, restore_value=None, pre_hook=None, post_hook=None, warmup=None, rep=None,
             use_cuda_graph=False, do_bench=None, cache_results=False):
    def tuned(kernel):
        if isinstance(kernel, JITFunction):
            kernel._configs = configs
        return kernel

    return tuned


def heuristics(values):
    def told(kernel):
        if isinstance(kernel, JITFunction):
            # Here, once, and not at each launch: it reads the whole kernel.
            code = kernel.fn.__code__
            kernel._names = code.co_varnames[:code.co_argcount]
            kernel._heuristics = values
        return kernel

    return told


def constexpr_function(fn):
    return fn


from triton import language, testing
from triton.compiler import compile


def cdiv(x, y):
    return (x + y - 1) // y


def next_power_of_2(n):
    power = 1
    if isinstance(n, int) and 0 < n < 2**40:
        while power < n:
            power = power * 2
        return power
    return _trident.unknown('a power of two')


def set_allocator(allocator):
    return None


def reinterpret(tensor, dtype):
    return _trident.unknown('a reinterpreted tensor')


def __getattr__(name):
    return _trident.unknown('a part of triton that Trident does not describe')
