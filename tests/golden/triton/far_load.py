# A load of one file that is summed in another.
# --- file: main.py
import triton
import triton.language as tl
from lib import total


@triton.jit
def entry(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    j = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y_ptr + j, 1.0, mask=j < n)
    tl.store(y_ptr + j, 2.0, mask=j < n)
    tl.store(y_ptr + j, 3.0, mask=j < n)
    x = tl.load(x_ptr + i, mask=i < n)
    tl.store(y_ptr, total(x))
# --- file: lib.py
import triton
import triton.language as tl


@triton.jit
def total(x):
    return tl.sum(x)
    #      ^ information: [triton-masked-reduction] "lanes that the mask leaves out take part in tl.sum and are undefined"
