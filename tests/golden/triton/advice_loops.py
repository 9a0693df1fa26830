# What loops do again and again, and in which precision.
import torch
import triton
import triton.language as tl


@triton.jit
def weights(x_ptr, w_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for k in range(n):
        w = tl.load(w_ptr + i)
        #   ^ information: [triton-invariant-load] "`tl.load(w_ptr + i)` reads the same in every iteration of the loop: move it in front"
        total += w * tl.load(x_ptr + k * BLOCK + i)
    tl.store(o_ptr + i, total)


@triton.jit
def written(x_ptr, w_ptr, n, BLOCK: tl.constexpr):
    # The store may change what is loaded.
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    for k in range(n):
        w = tl.load(w_ptr + i)
        tl.store(x_ptr + k * BLOCK + i, w)


@triton.jit
def moved(w_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    p = w_ptr + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for k in range(n):
        total += tl.load(p)
        p += BLOCK
    tl.store(o_ptr + tl.arange(0, BLOCK), total)


@triton.jit
def flag(flag_ptr, o_ptr):
    pid = tl.program_id(0)
    ready = tl.load(flag_ptr)
    while ready == 0:
        ready = tl.load(flag_ptr)
    tl.store(o_ptr, 1.0)


@triton.jit
def halves(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float16)
    wide = tl.zeros((BLOCK,), tl.float32)
    for k in range(n):
        x = tl.load(x_ptr + k * BLOCK + i).to(tl.float16)
        total += x
#       ^ information: [triton-half-accumulator] "`total` adds up in f16 over the iterations of a loop: keep it in f32 and cast at the end"
        wide = wide + x
    tl.store(o_ptr + i, total + wide)


@triton.jit
def sums(x_ptr, o_ptr, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    x = tl.load(x_ptr + tl.arange(0, BLOCK)).to(tl.bfloat16)
    tl.store(o_ptr, tl.sum(x))
    #               ^ information: [triton-half-sum] "the sum of bf16[BLOCK] is kept in bf16: cast to tl.float32 first"
    tl.store(o_ptr, tl.sum(x, dtype=tl.float32))
    tl.store(o_ptr, tl.sum(x[None, :].broadcast_to(1, BLOCK), axis=0).max())


@triton.jit
def softmax(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n, other=0.0)
    e = tl.exp(x - tl.max(x, 0))
    tl.store(o_ptr + i, e / tl.sum(e, 0), mask=i < n)
    #                       ^ information: [triton-masked-reduction] "lanes that the mask leaves out are loaded as 0, and exp() of them is added to the sum: load them as -float("inf")"


@triton.jit
def softmax_of_where(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n, other=0.0)
    e = tl.where(i < n, tl.exp(x - tl.max(x, 0)), 0.0)
    tl.store(o_ptr + i, e / tl.sum(e, 0), mask=i < n)


@triton.jit
def undefined(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n)
    tl.store(o_ptr, tl.sum(x, 0))
    #               ^ information: [triton-masked-reduction] "lanes that the mask leaves out take part in tl.sum and are undefined: give the load `other=0.0`"
    y = tl.load(x_ptr + i, mask=i < n, other=0.0)
    tl.store(o_ptr, tl.sum(y, 0))


@triton.jit
def rows(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    # The sums of rows that the mask leaves out are not stored.
    pid = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i[:, None] * BLOCK + i[None, :], mask=i[:, None] < n)
    tl.store(o_ptr + i, tl.sum(x, 1), mask=i < n)


weights[(1,)](torch.empty(64, device="cuda"), torch.empty(64, device="cuda"), torch.empty(64, device="cuda"), 4, BLOCK=64, num_stages=4)
rows[(1,)](torch.empty(64, 64, device="cuda"), torch.empty(64, device="cuda"), 4, BLOCK=64, num_stages=4)
# <- information: [triton-stages-unused] "num_stages=4 has no effect: the kernel has no loop that loads"

