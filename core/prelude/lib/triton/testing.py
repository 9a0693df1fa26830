# Describes triton.testing: what is measured is run once, a benchmark with its first sizes; how long it takes is not known.
import _trident


def do_bench(fn, warmup=25, rep=100, grad_to_none=None, quantiles=None, return_mode='mean'):
    fn()
    return _trident.unknown('a measured time')


def do_bench_cudagraph(fn, rep=20, grad_to_none=None, quantiles=None, return_mode='mean'):
    fn()
    return _trident.unknown('a measured time')


def assert_close(x, y, atol=None, rtol=None, err_msg=''):
    return None


class Benchmark:
    def __init__(self, x_names, x_vals, line_arg, line_vals, line_names, plot_name, args, xlabel='', ylabel='', x_log=False, y_log=False, styles=None):
        self.x_names = x_names
        self.x_vals = x_vals
        self.line_arg = line_arg
        self.line_vals = line_vals
        self.line_names = line_names
        self.plot_name = plot_name
        self.args = args


class Mark:
    def __init__(self, fn, benchmarks):
        self.fn = fn
        self.benchmarks = benchmarks

    def run(self, show_plots=False, print_data=False, save_path='', return_df=False, **kwargs):
        benchmarks = self.benchmarks if isinstance(self.benchmarks, list) else [self.benchmarks]
        for bench in benchmarks:
            # The other sizes are measured by the same code.
            for x in bench.x_vals[:1]:
                sizes = dict(zip(bench.x_names, x)) if isinstance(x, (list, tuple)) else {name: x for name in bench.x_names}
                for line in bench.line_vals:
                    self.fn(**sizes, **{bench.line_arg: line}, **bench.args, **kwargs)
        return _trident.unknown('measured times')


def perf_report(benchmarks):
    return lambda fn: Mark(fn, benchmarks)


def __getattr__(name):
    return _trident.unknown('a part of triton.testing that Trident does not describe')
