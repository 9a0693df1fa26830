# What can be indexed in a kernel, and how.
import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x_ptr, n, SIZES: tl.constexpr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i)
    columns = x[:, None]
#   ^ type: f32[16, 1]
    same = x[:, :]
#   ^ type: f32[16]
    behind = x[:, :, None]
#   ^ type: f32[16, 1]
    first = BLOCK[0]
#           ^ error: [triton-constexpr-attribute] "has no elements"
    wide = tl.arange(0, SIZES[1])
#   ^ type: i32[32]
    tl.store(x_ptr + i, same, mask=i < n)


kernel[(1,)](torch.zeros(64, device="cuda"), 64, SIZES=(16, 32), BLOCK=16)
