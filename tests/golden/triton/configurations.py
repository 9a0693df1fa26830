# Each configuration is checked; the message names the one that fails.
import torch
import triton
import triton.language as tl


@triton.autotune(configs=[triton.Config({'BLOCK': 128}), triton.Config({'BLOCK': 96})], key=['n'])
@triton.jit
def kernel(x_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
#             ^ error: [triton-power-of-two] "BLOCK=96"
    tl.store(x_ptr + offsets, 0.0, mask=offsets < n)


kernel[(1,)](torch.empty(512), 512)
