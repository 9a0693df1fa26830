# Without a launch, block sizes keep the names of their parameters, and what holds for every size is checked.
import triton
import triton.language as tl


@triton.jit
def matmul(a_ptr, b_ptr, c_ptr, K, stride_am, stride_bk, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr):
    pid = tl.program_id(0)
    rows = pid * BLOCK_M + tl.arange(0, BLOCK_M)
#   ^ type: i32[BLOCK_M]
    cols = tl.arange(0, BLOCK_N)
    inner = tl.arange(0, BLOCK_K)
    acc = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
#   ^ type: f32[BLOCK_M, BLOCK_N]
    for k in range(0, tl.cdiv(K, BLOCK_K)):
        a = tl.load(a_ptr + rows[:, None] * stride_am + inner[None, :])
#       ^ type: ?[BLOCK_M, BLOCK_K]
        #   ^ information: [triton-invariant-load] "`tl.load(a_ptr + rows[:, None] * stride_a...` reads the same in every iteration of the loop: move it in front"
        b = tl.load(b_ptr + inner[:, None] * stride_bk + cols[None, :])
#       ^ type: ?[BLOCK_K, BLOCK_N]
        #   ^ information: [triton-invariant-load] "`tl.load(b_ptr + inner[:, None] * stride_...` reads the same in every iteration of the loop: move it in front"
        acc = tl.dot(a, b, acc)
    wrong = tl.reshape(acc, (BLOCK_M, 2 * BLOCK_N))
    #       ^ error: [triton-reshape] "BLOCK_M"
    tl.store(c_ptr + rows[:, None] * stride_am + cols[None, :], acc + tl.sum(wrong))


@triton.jit
def tripled(x_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, 3 * BLOCK)
#                    ^ error: [triton-power-of-two] "a multiple of 3"
    j = tl.arange(0, 2 * BLOCK)
#   ^ type: i32[2 * BLOCK]
    tl.store(x_ptr + j, tl.sum(i))
