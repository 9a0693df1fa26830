# Divisions that stay in a loop. What a loop does not change is moved in front of it by the compiler, and is not spoken of.
import triton
import triton.language as tl


@triton.jit
def taps(x_ptr, w_ptr, o_ptr, channels, width, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, channels * width, BLOCK):
        tap = start + lanes
        channel = tap // width
        #         ^ information: [triton-loop-division] "each iteration divides a block by `width`, a runtime value: as a tl.constexpr it becomes a multiplication and a shift"
        column = tap % width
        total += tl.load(x_ptr + channel * channels + column) * tl.load(w_ptr + tap)
    tl.store(o_ptr + lanes, total)


@triton.jit
def constant(x_ptr, o_ptr, channels, WIDTH: tl.constexpr, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, channels * WIDTH, BLOCK):
        tap = start + lanes
        total += tl.load(x_ptr + tap // WIDTH * channels + tap % WIDTH)
    tl.store(o_ptr + lanes, total)


@triton.jit
def invariant(x_ptr, o_ptr, rows, width, count, BLOCK: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for step in range(0, count):
        # The same in each iteration, as are the scalars beside it.
        total += tl.load(x_ptr + lanes // width * rows + (lanes % rows) + step * (count // width))
    tl.store(o_ptr + lanes, total)


@triton.jit
def scalar(x_ptr, o_ptr, rows, width, count, BLOCK: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for step in range(0, count):
        # One division for the whole program.
        total += tl.load(x_ptr + step // width * rows + step % width + lanes)
    tl.store(o_ptr + lanes, total)


@triton.jit
def computed(x_ptr, o_ptr, rows, width, count, BLOCK: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    area = rows * width
    for step in range(0, count):
        # No parameter that could be made a constant.
        total += tl.load(x_ptr + (step * BLOCK + lanes) // area)
    tl.store(o_ptr + lanes, total)


@triton.jit
def guarded(x_ptr, o_ptr, width, count, WRAP: tl.constexpr, BLOCK: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for step in range(0, count):
        place = step * BLOCK + lanes
        # Whether this is compiled is not known.
        if WRAP:
            place = place % width
        total += tl.load(x_ptr + place)
    tl.store(o_ptr + lanes, total)
