# A function that nothing calls says nothing of what its launch passes: its default of None is no None in the kernel.
import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x_ptr, scale):
    x = tl.load(x_ptr)
    tl.store(x_ptr, (x * scale).to(x.dtype, fp_downcast_rounding='rtne'))


def scaled(x: torch.Tensor, scale=None):
    y = torch.relu(x)
    kernel[(1,)](y, scale)
    return y
