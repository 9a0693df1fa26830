# A scalar has no dims to reorder; a block of one lane has.
import triton
import triton.language as tl


@triton.jit
def scalars(out_ptr, BLOCK: tl.constexpr):
    one = tl.zeros((), tl.float32)
#   ^ type: f32
    tl.sort(one)
#   ^ error: [triton-rank] "tl.sort needs a block, not f32"
    tl.topk(one, 1)
#   ^ error: [triton-rank] "tl.topk needs a block, not f32"
    tl.flip(one, 0)
#   ^ error: [triton-rank] "tl.flip needs a block, not f32"
    tl.reshape(one, (1,))
#   ^ error: [triton-rank] "tl.reshape needs a block, not f32"
    same = tl.reshape(one, one.shape)
#   ^ type: f32
    lane = tl.zeros((1,), tl.float32)
#   ^ type: f32[1]
    tl.flip(lane, 0)
#   ^ error: [triton-rank] "tl.flip cannot take a block of one lane, f32[1]"
    column = tl.flip(tl.zeros((8, 1), tl.float32), 1)
#   ^ type: f32[8, 1]
    some = tl.flip(tl.zeros((BLOCK,), tl.float32), 0)
#   ^ type: f32[BLOCK]
    tl.store(out_ptr + tl.arange(0, BLOCK), some + same + tl.sum(column) + tl.sum(tl.reshape(lane, (1, 1))) + tl.sum(tl.sort(lane)))
