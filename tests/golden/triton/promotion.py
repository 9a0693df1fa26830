# Numbers in a kernel promote by Triton's rules: literals are weak, runtime floats are f32, division of 16-bit floats is f32.
import torch
import triton
import triton.language as tl


@triton.jit
def kernel(h_ptr, scale, i, SIZE: tl.constexpr):
    h = tl.load(h_ptr + tl.arange(0, SIZE))
#   ^ type: f16[64]
    a = h * 2.0
#   ^ type: f16[64]
    b = h * scale
#   ^ type: f32[64]
    c = h / h
#   ^ type: f32[64]
    d = i + 1.5
#   ^ type: f32
    e = tl.arange(0, SIZE)[:, None] * 1000 + tl.arange(0, 16)[None, :]
#   ^ type: i32[64, 16]
    f = tl.maximum(h, 0.0)
#   ^ type: f32[64]
    g = tl.sum(h, axis=0)
#   ^ type: f16
    #   ^ information: [triton-half-sum] "the sum of f16[64] is kept in f16: cast to tl.float32 first (with SIZE=64)"
    m = tl.max(h, axis=0)
#   ^ type: f32
    k = e > 3
#   ^ type: bool[64, 16]
    u = i.to(tl.int8) + 300
#       ^ error: [triton-literal-range] "300"
    tl.store(h_ptr, a + b + c + d + f + g + m + tl.sum(k) + u)


kernel[(1,)](torch.empty(64, dtype=torch.float16, device="cuda"), 0.5, 7, SIZE=64)
