# What triton.testing measures is run, so that its launches are known.
import torch
import triton
import triton.language as tl
from triton.testing import Benchmark, do_bench


@triton.jit
def scale(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n)
#   ^ type: f16[64]
    tl.store(x_ptr + i, x * 2.0, mask=i < n)


x = torch.empty(256, dtype=torch.float16, device='cuda')
# <- type: f16[256]
time = triton.testing.do_bench(lambda: scale[(1,)](x, 256, BLOCK=256))
middle = do_bench(lambda: scale[(1,)](x, 256))
#                         ^ error: [triton-launch-arguments]


@triton.testing.perf_report(Benchmark(x_names=['n'], x_vals=[64, 128], line_arg='provider', line_vals=['triton'], line_names=['Triton'], plot_name='scale', args={}))
def benchmark(n, provider):
    x = torch.empty(n, dtype=torch.float16, device='cuda')
#   ^ type: f16[64]
    return triton.testing.do_bench(lambda: scale[(1,)](x, n, BLOCK=64), quantiles=[0.5, 0.2, 0.8])


benchmark.run(print_data=True)
