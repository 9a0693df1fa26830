# What a launch passes that no kernel can take, and grids that are no grids.
import torch
import triton
import triton.language as tl


@triton.jit
def kernel(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 1.0, mask=i < n)


x = torch.zeros(1024, device="cuda")
sizes = [1024]
kernel[(8,)](x, sizes, BLOCK=128)
#               ^ error: [triton-launch-object] "a list cannot be passed to a kernel"
kernel[(8,)](x, n=[1024], BLOCK=128)
#                 ^ error: [triton-launch-object] "a list cannot be passed to a kernel"
kernel[(8,)](x, 1024, BLOCK=[128])
#                           ^ error: [triton-launch-object] "it has no hash"
kernel[(8,)](x, x.dtype, BLOCK=128)
#               ^ error: [triton-launch-object] "annotate it with tl.constexpr"
kernel[(8,)](x, {"n": 1024}, BLOCK=128)
#               ^ error: [triton-launch-object] "a dict cannot be passed"
kernel[(8,)](x.to(torch.complex64), 1024, BLOCK=128)
#            ^ error: [triton-launch-object] "torch.view_as_real"
grid = lambda META: (triton.cdiv(1024, META["BLOCKS"]),)
#                                           ^ error: [triton-launch-grid] "`BLOCKS` is no parameter of `kernel`"
kernel[grid](x, 1024, BLOCK=128)
kernel[lambda meta: (triton.cdiv(meta["n"], meta["BLOCK"]),)](x, 1024, BLOCK=128)
kernel[lambda meta: triton.cdiv(1024, meta["BLOCK"])](x, 1024, BLOCK=128)
#                   ^ error: [triton-launch-grid] "a tuple"
kernel[lambda meta: (1024 / meta["BLOCK"],)](x, 1024, BLOCK=128)
#                    ^ error: [triton-launch-grid] "gives a float"
blocks = triton.cdiv(1024, 128)
kernel[blocks](x, 1024, BLOCK=128)
#      ^ error: [triton-launch-grid] "a tuple of 1 to 3 integers"
kernel[(blocks,)](x, 1024, BLOCK=128)
kernel[[blocks]](x, 1024, BLOCK=128)
share = 1024 / 128
kernel[(1, share)](x, 1024, BLOCK=128)
#          ^ error: [triton-launch-grid] "this is a float"


def wrapped(x, n):
    def grid(meta):
        return (triton.cdiv(n, meta["BLOK"]),)
#                                   ^ error: [triton-launch-grid] "did you mean `BLOCK`?"

    kernel[grid](x, n, BLOCK=128)


@triton.jit
def returns(x_ptr, n):
    tl.store(x_ptr, n)
    return n
#   ^ error: [triton-kernel-returns]


returns[(1,)](x, 3)


# A launch that other code may change says nothing.
def swapped(x, grid, scale):
    if scale:
        grid = lambda meta: (meta["other"],)
    kernel[grid](x, 4, BLOCK=4)


def on_cpu(n):
    y = torch.empty(n)
    kernel[(8,)](y, n, BLOCK=128)
#                ^ warning: [triton-cpu-tensor] "made on the CPU"
#                ^ fix: Make it on the GPU
    kernel[(8,)](torch.zeros(n, dtype=torch.float16).contiguous(), n, BLOCK=128)
#                ^ warning: [triton-cpu-tensor]
    z = torch.empty(n).cuda()
    kernel[(8,)](z, n, BLOCK=128)
    w = torch.empty(n)
    w = w.to("cuda")
    kernel[(8,)](w, n, BLOCK=128)


@triton.jit
def annotated(x_ptr, flag: bool, other: "bool"):
#                          ^ error: [triton-undefined-name] "in quotes"
    tl.store(x_ptr, 1.0, mask=flag & other)
