# A name in a kernel shows what it was compiled with; a function of the language shows its parameters.
import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets, mask=offsets < n)
#          ^ hover: "tl.load(pointer, mask=, other="
#                                     ^ hover: "offsets: i32[128]"
    tl.store(x_ptr + offsets, x)
#            ^ hover: "x_ptr: *f32"


kernel[(1,)](torch.empty(128, device="cuda"), 128, BLOCK=128)
kernel[(1,)](torch.empty(128, device="cuda"), 128, BLOCK=128, num_warps=8)
