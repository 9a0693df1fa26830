# What moves more bytes than it uses, and what a mask misses; each beside a case that is nearly the same and fine.
import torch
import triton
import triton.language as tl
from triton.compiler import ASTSource


@triton.jit
def every_fourth(x_ptr, o_ptr, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i, tl.load(x_ptr + i * 4))
    #                           ^ information: [triton-uncoalesced] "`tl.load` reads every 4th element along dim 0: about 4 times the bytes that are used are moved; let neighbouring lanes take neighbouring elements"


@triton.jit
def pairs(x_ptr, o_ptr, BLOCK: tl.constexpr):
    # The two share what they move.
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    real = tl.load(x_ptr + i * 2)
    imaginary = tl.load(x_ptr + i * 2 + 1)
    tl.store(o_ptr + i, real * real + imaginary * imaginary)


@triton.jit
def column(x_ptr, o_ptr, stride, BLOCK: tl.constexpr):
    # The stride may be 1.
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i, tl.load(x_ptr + i * stride))


@triton.jit
def column_of_4096(x_ptr, o_ptr, stride, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i, tl.load(x_ptr + i * stride))
    #                           ^ information: [triton-uncoalesced] "`tl.load` reads every 4096th element along dim 0: about 8 times the bytes that are used are moved; let neighbouring lanes take neighbouring elements (with BLOCK=256)"


column_of_4096[(1,)](torch.empty(256, 4096, device="cuda"), torch.empty(256, device="cuda"), 4096, BLOCK=256)


@triton.jit
def two_strides(x_ptr, o_ptr, s, t, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i[:, None] * s + i[None, :], tl.load(x_ptr + i[:, None] * s + i[None, :] * t))
    #                                                     ^ information: [triton-uncoalesced] "`tl.load` reads with a stride along dim 0 that is a runtime value: neighbouring threads are apart, and up to 8 times the bytes that are used are moved; no dim is known to be contiguous: make the stride of the contiguous one a tl.constexpr 1, or leave it out (with BLOCK=64)"


ASTSource(fn=two_strides, signature={"x_ptr": "*fp32", "o_ptr": "*fp32", "s": "i32", "t": "i32"}, constexprs={"BLOCK": 64})


@triton.jit
def transposed(x_ptr, o_ptr, s, BLOCK: tl.constexpr):
    # Threads lie along the rows of this load.
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i[:, None] * s + i[None, :], tl.load(x_ptr + i[:, None] + i[None, :] * s))


ASTSource(fn=transposed, signature={"x_ptr": "*fp32", "o_ptr": "*fp32", "s": "i32"}, constexprs={"BLOCK": 64})


@triton.jit
def gather(x_ptr, index_ptr, o_ptr, BLOCK: tl.constexpr):
    # What the indices are is not known.
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i, tl.load(x_ptr + tl.load(index_ptr + i)))


@triton.jit
def forgotten(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = i < n
    x = tl.load(x_ptr + i, mask=mask)
    tl.store(o_ptr + i, x)
#   ^ information: [triton-missing-mask] "this access has no mask, though `mask` keeps the same offsets within bounds elsewhere"


@triton.jit
def even(x_ptr, o_ptr, n, BLOCK: tl.constexpr, EVEN: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    if EVEN:
        x = tl.load(x_ptr + i)
    else:
        x = tl.load(x_ptr + i, mask=i < n)
    tl.store(o_ptr + i, x, mask=i < n)


@triton.jit
def other_offsets(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    i = tl.program_id(0) * BLOCK + lanes
    tl.store(o_ptr + lanes, tl.load(x_ptr + i, mask=i < n, other=0.0))


@triton.jit
def at_most(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 0.0, mask=i <= n - 1)
    #                             ^ information: [triton-mask-form] "under this mask loads and stores move one element at a time: `i < n` says the same, and keeps them wide"
    tl.store(x_ptr + i, 0.0, mask=i <= n)


@triton.jit
def large(x_ptr, stride, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i * stride, 0.0)
    #        ^ warning: [triton-offset-overflow] "the tensor has 4294967296 elements, and the offset is 32 bits wide: it reaches 2147483647 at most; cast a factor with .to(tl.int64) (with BLOCK=128)"
    tl.store(x_ptr + i.to(tl.int64) * stride, 0.0)


large[(65536,)](torch.empty(65536, 65536, dtype=torch.float16, device="cuda"), 65536, BLOCK=128)


@triton.jit
def far(x_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, 1024)
    tl.store(x_ptr + i[:, None] * 4194304 + tl.arange(0, BLOCK)[None, :], 0.0)
    #                ^ warning: [triton-offset-overflow] "`i[:, None] * 4194304` is 32 bits wide and reaches 4290772992: it overflows; cast a factor with .to(tl.int64)"
    tl.store(x_ptr + i[:, None] * 1048576 + tl.arange(0, BLOCK)[None, :], 0.0)


@triton.jit
def whole_blocks(x_ptr, y_ptr, o_ptr, n, BLOCK: tl.constexpr):
    # The loop ends where the last of its blocks does: both masks may be left out.
    pid = tl.program_id(0)
    total = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, pid * BLOCK, BLOCK):
        i = start + tl.arange(0, BLOCK)
        total += tl.load(x_ptr + i, mask=i < n, other=0.0) * tl.load(y_ptr + i)
    tl.store(o_ptr + pid * BLOCK + tl.arange(0, BLOCK), total)


@triton.jit
def last_block(x_ptr, y_ptr, o_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    total = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, n, BLOCK):
        i = start + tl.arange(0, BLOCK)
        total += tl.load(x_ptr + i, mask=i < n, other=0.0)
        total += tl.load(y_ptr + i)
        #        ^ information: [triton-missing-mask] "`i < n` keeps the same offsets"
    tl.store(o_ptr + pid * BLOCK + tl.arange(0, BLOCK), total)
