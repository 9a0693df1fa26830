# What a kernel holds for other callers, other versions of Triton, or fills later is no error.
from packaging import version

import triton
import triton.language as tl

_late = None


def fill():
    global _late
    from kernels import helper
    _late = helper


if version.parse(triton.__version__) >= version.parse("3.0.0"):

    @triton.jit
    def softplus(x):
        return tl.math.log(tl.math.exp(x) + 1)

else:

    @triton.jit
    def softplus(x):
        return tl.math.log1p(tl.exp(x))


@triton.jit
def limit(x, dtype):
    if dtype == tl.float16:
        most = 65504.0
    elif dtype == tl.float8e5:
        most = 57344.0
    else:
        tl.static_assert(False, "no such dtype")
    return tl.minimum(x, most)


@triton.jit
def inverse(x):
    return tl.inline_asm_elementwise("rsqrt.approx.f32 $0, $1;", "=f,f", [x], dtype=tl.float32, is_pure=True, pack=1)


@triton.jit
def kernel(x_ptr, y_ptr, n, D, eps, WARPS: tl.constexpr, SLOTS: tl.constexpr, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n, other=0.0)
    if WARPS == 2:
        x = _late(x)
    s = tl.sum(inverse(x / D + eps))
    slot = _late(x)
    for k in tl.static_range(SLOTS):
        mine = tl.where((i < n) & (slot == k), 1, 0)
        s += tl.sum(mine)
    tl.store(y_ptr + i, limit(x, y_ptr.dtype.element_ty) + s, mask=i < n)
    tl.static_assert(False, "always")
#   ^ error: [triton-static-assert] "always"


@triton.jit
def compared(x_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 1.0, mask=i < (BLOCK, 1))
#                                 ^ error: [triton-operand-types] "`<` is not defined for i32[BLOCK]"


# A float 0 makes zeros of any type.
@triton.jit
def zeros(x_ptr, BLOCK: tl.constexpr):
    none = tl.full((BLOCK,), 0.0, tl.uint32)
#   ^ type: u32[BLOCK]
    some = tl.full((BLOCK,), 1.5, tl.uint32)
#                            ^ error: [triton-cast] "from the float"
    tl.store(x_ptr + tl.arange(0, BLOCK), none + some)


def template(width):
    @triton.jit
    def kernel(x_ptr):
        ROWS_HERE
        tl.store(x_ptr, 1.0)

    kernel._unsafe_update_src(kernel.src.replace("ROWS_HERE", "\n".join(f"row{i} = {i}" for i in range(width))))
    return kernel
