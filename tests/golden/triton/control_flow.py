# Branches and loops keep the types of what they carry; branches on constants are pruned.
import torch
import triton
import triton.language as tl


@triton.jit
def helper(x, FLAG: tl.constexpr):
    if FLAG:
        return x * 2
    else:
        return x.to(tl.float32)


@triton.jit
def kernel(x_ptr, n, FLAG: tl.constexpr):
    total = 0
    for i in range(n):
#   ^ error: [triton-loop-type] "f32"
        total += tl.load(x_ptr + i)
    if FLAG:
        y = 1
    else:
        y = 1.0
    z = y + 1
#   ^ type: i32
    w = helper(z, False)
#   ^ type: f32
    if n > 3:
#   ^ error: [triton-branch-mismatch] "i32"
        v = 1
    else:
        v = tl.arange(0, 4)
    for j in range(n):
        inside = j
    tl.store(x_ptr, inside + w)
#                   ^ error: [triton-undefined-name] "loop"
    tl.store(x_ptr, j)
#                   ^ warning: [triton-loop-variable]


kernel[(1,)](torch.empty(8, device="cuda"), 5, FLAG=True)


# A bound that the larger of a constant and a number gives.
@triton.jit
def from_larger(x_ptr, n):
    first = tl.maximum(1, n)
#   ^ type: i32
    for i in range(first, n, first):
        tl.store(x_ptr + i, 0.0)


from_larger[(1,)](torch.zeros(8, device="cuda"), 8)
