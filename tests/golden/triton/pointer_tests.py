# Whether a pointer was given is asked of it as of a boolean; a number has to be compared.
import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource


@triton.jit
def update(mean_ptr, variance_ptr, count, MOMENTUM: tl.constexpr):
    both = mean_ptr and variance_ptr
#   ^ type: bool
    missing = not mean_ptr
#   ^ type: bool
    if mean_ptr or variance_ptr:
        tl.store(mean_ptr, MOMENTUM)
    lanes = mean_ptr + tl.arange(0, 8)
#   ^ type: *f32[8]
    given = lanes and lanes
#   ^ type: bool[8]
    tl.store(lanes, 1.0, mask=given)
    some = mean_ptr and count
    #      ^ error: [triton-logical-operand] "`and` needs booleans, not i32"
    window = tl.make_block_ptr(mean_ptr, (8,), (1,), (0,), (8,), (0,))
#   ^ type: *block f32[8]
    gone = not window
    #      ^ error: [triton-logical-operand]


triton.compile(ASTSource(fn=update, signature={'mean_ptr': '*fp32', 'variance_ptr': '*fp32', 'count': 'i32'}, constexprs={'MOMENTUM': 0.1}), target=GPUTarget('cuda', 90, 32))
