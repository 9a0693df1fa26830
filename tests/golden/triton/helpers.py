# --- file: main.py
import torch
import triton
import triton.language as tl

from lib import LIMIT, PLAIN, scaled


@triton.jit
def kernel(x_ptr, n):
    x = tl.load(x_ptr + tl.arange(0, 16))
#   ^ type: f32[16]
    y = scaled(x, 2.0)
#   ^ type: f32[16]
    z = y + LIMIT
#   ^ type: f32[16]
    tl.store(x_ptr + tl.arange(0, 16), z + PLAIN)
#                                          ^ error: [triton-global] "PLAIN"
    tl.store(x_ptr, scaled(n))
#                   ^ error: [triton-call-arguments] "factor"
    tl.store(x_ptr, scaled(n, facter=2), mack=n > 0)
#   ^ error: [triton-call-arguments] "tl.store() has no parameter `mack`: did you mean `mask`?"
#                   ^ error: [triton-call-arguments] "has no parameter `facter`: did you mean `factor`?"


kernel[(1,)](torch.empty(16, device="cuda"), 16)
# --- file: lib.py
import triton
import triton.language as tl

LIMIT = tl.constexpr(4)
PLAIN = 3


@triton.jit
def scaled(x, factor):
    return x * factor
