# Kernels' diagnostics are hidden by comments as all others.
import triton
import triton.language as tl


@triton.jit
def hidden(x_ptr, y_ptr):
    lanes = tl.arange(0, 100)  # trident: ignore[triton-power-of-two]
    tl.store(y_ptr + lanes, tl.load(x_ptr + lanes))


@triton.jit
def shown(x_ptr, y_ptr):
    lanes = tl.arange(0, 100)  # trident: ignore[triton-dot-shape]
    #       ^ error: [triton-power-of-two] "tl.arange makes a block of 100 elements"
    #                                            ^ hint: [unused-ignore] "`triton-dot-shape` is ignored here and does not occur"
    tl.store(y_ptr + lanes, tl.load(x_ptr + lanes))
