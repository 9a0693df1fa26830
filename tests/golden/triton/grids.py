# Sizes of grids.
import torch
import triton
import triton.language as tl


@triton.jit
def fill(x_ptr):
    tl.store(x_ptr + tl.program_id(0), 1.0)


x = torch.zeros(8, device="cuda")
fill[(8,)](x)
fill[(8, 1, 1)](x)
fill[(100000, 65535, 65535)](x)
fill[(8, 1, 1, 1)](x)
fill[(8, 1, 1, 2)](x)
#              ^ error: [triton-launch-grid] "3 sizes at most"
fill[(8, 0)](x)
#        ^ error: [triton-launch-grid] "launches nothing"
fill[(1, 65536)](x)
#        ^ error: [triton-launch-grid] "65535 at most, not 65536"
fill[(8 / 2,)](x)
#     ^ error: [triton-launch-grid] "`/` gives a float"
