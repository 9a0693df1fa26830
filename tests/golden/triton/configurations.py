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


kernel[(1,)](torch.empty(512, device="cuda"), 512)


@triton.autotune(configs=[triton.Config({"BLOCK": 64}, num_warps=3), triton.Config({"BLOCK": 64}, num_warps=4)], key=["n"])
#                         ^ error: [triton-num-warps] "num_warps must be a power of two, 32 at most, not 3"
@triton.jit
def warps(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 1.0, mask=i < n)
