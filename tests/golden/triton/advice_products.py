# Products, their order and their configurations.
import torch
import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource


@triton.jit
def product(a_ptr, b_ptr, c_ptr, N, K, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    pid = tl.program_id(0)
    tiles = tl.cdiv(N, BN)
    row = pid // tiles
#   ^ information: [triton-program-order] "programs that run together walk whole rows of tiles and share few operands in the L2 cache: visit groups of rows, as tl.swizzle2d does"
    column = pid % tiles
    m = row * BM + tl.arange(0, BM)
    n = column * BN + tl.arange(0, BN)
    k = tl.arange(0, BK)
    a = a_ptr + m[:, None] * K + k[None, :]
    b = b_ptr + k[:, None] * N + n[None, :]
    acc = tl.zeros((BM, BN), tl.float32)
    for i in range(0, K, BK):
        acc = tl.dot(tl.load(a), tl.load(b), acc)
        #     ^ information: [triton-tf32] "a product of f32 runs in TF32, with 10 bits of mantissa: say input_precision="ieee" or "tf32x3" where that is too coarse, or "tf32" where it is meant (with BM=32, BN=64, BK=32)"
        #     ^ information: [triton-dot-tile] "a product of 32 rows runs on the older tensor-core instruction: 64 rows at least use the one of cuda:90 (with BM=32, BN=64, BK=32)"
        a += BK
        b += BK * N
    tl.store(c_ptr + m[:, None] * N + n[None, :], acc)


types = {"a_ptr": "*fp32", "b_ptr": "*fp32", "c_ptr": "*fp32", "N": "i32", "K": "i32"}
triton.compile(ASTSource(fn=product, signature=types, constexprs={"BM": 32, "BN": 64, "BK": 32}), target=GPUTarget("cuda", 90, 32))


@triton.jit
def grouped(a_ptr, b_ptr, c_ptr, N, K, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, GROUP: tl.constexpr):
# <- information: [triton-registers] "the accumulator of 256 x 256 takes 512 registers of each thread with num_warps=4, and a thread has 255: the rest is spilled to memory; use more warps or a smaller tile"
    pid = tl.program_id(0)
    tiles = tl.cdiv(N, BN)
    row = pid // tiles
    column = pid % tiles
    row, column = tl.swizzle2d(row, column, tl.num_programs(0) // tiles, tiles, GROUP)
    m = row * BM + tl.arange(0, BM)
    n = column * BN + tl.arange(0, BN)
    k = tl.arange(0, BK)
    a = a_ptr + m[:, None] * K + k[None, :]
    b = b_ptr + k[:, None] * N + n[None, :]
    acc = tl.zeros((BM, BN), tl.float32)
    for i in range(0, K, BK):
        acc = tl.dot(tl.load(a), tl.load(b), acc, input_precision="ieee")
        a += BK
        b += BK * N
    tl.store(c_ptr + m[:, None] * N + n[None, :], acc)


halves = {"a_ptr": "*fp16", "b_ptr": "*fp16", "c_ptr": "*fp32", "N": "i32", "K": "i32"}
triton.compile(ASTSource(fn=grouped, signature=halves, constexprs={"BM": 256, "BN": 256, "BK": 32, "GROUP": 8}), target=GPUTarget("cuda", 90, 32))
triton.compile(ASTSource(fn=grouped, signature=halves, constexprs={"BM": 128, "BN": 128, "BK": 32, "GROUP": 8}), target=GPUTarget("cuda", 90, 32))


@triton.autotune(configs=[triton.Config({"BLOCK": 128}, num_stages=4), triton.Config({"BLOCK": 256})], key=["n"])
#                         ^ information: [triton-stages-unused] "num_stages=4 has no effect: the kernel has no loop that loads"
@triton.jit
def accumulated(x_ptr, o_ptr, n, rows, BLOCK: tl.constexpr):
#                      ^ information: [triton-autotune-in-place] "the tuner runs every configuration on the same tensors, and the kernel accumulates into `o_ptr`: give @triton.autotune reset_to_zero=["o_ptr"]"
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(o_ptr, tl.sum(tl.load(x_ptr + i, mask=i < n, other=0.0)))


@triton.autotune(configs=[triton.Config({"BLOCK": 128}), triton.Config({"BLOCK": 256})], key=["n"], reset_to_zero=["o_ptr"])
@triton.jit
def reset(x_ptr, o_ptr, n, rows, BLOCK: tl.constexpr):
#                          ^ information: [triton-autotune-size] "`rows` bounds a loop and is not in the autotune key: the configuration chosen for its first value is used for all"
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for row in range(rows):
        tl.atomic_add(o_ptr + row, tl.sum(tl.load(x_ptr + row * n + i, mask=i < n, other=0.0)))


@triton.autotune(configs=[triton.Config({"BLOCK": 128}), triton.Config({"BLOCK": 256})], key=["n", "rows"])
@triton.jit
def keyed(x_ptr, o_ptr, n, rows, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for row in range(rows):
        tl.store(o_ptr + row * n + i, tl.load(x_ptr + row * n + i, mask=i < n, other=0.0), mask=i < n)


@triton.jit
def in_half(a_ptr, c_ptr, K):
    pid = tl.program_id(0)
    i = tl.arange(0, 32)
    x = tl.load(a_ptr + i[:, None] * 32 + i[None, :]).to(tl.float16)
    acc = tl.zeros((32, 32), tl.float16)
    for k in range(K):
        acc = tl.dot(x, acc, acc, out_dtype=tl.float16)
        #     ^ information: [triton-half-accumulator] "the product adds up in f16 over the iterations of a loop: leave out_dtype out, keep f32 and cast at the end"
        once = tl.dot(x, x, out_dtype=tl.float16)
        tl.store(c_ptr + k * 1024 + i[:, None] * 32 + i[None, :], once)
    tl.store(c_ptr + i[:, None] * 32 + i[None, :], acc)


accumulated[(8,)](torch.empty(1024, device="cuda"), torch.zeros(1, device="cuda"), 1024, 1)


@triton.jit
def in_place(a_ptr, b_ptr, c_ptr, N, K, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    pid = tl.program_id(0)
    tiles = tl.cdiv(N, BN)
    m = (pid // tiles) * BM + tl.arange(0, BM)
    #    ^ information: [triton-program-order]
    n = (pid % tiles) * BN + tl.arange(0, BN)
    k = tl.arange(0, BK)
    a = a_ptr + m[:, None] * K + k[None, :]
    b = b_ptr + k[:, None] * N + n[None, :]
    acc = tl.zeros((BM, BN), tl.float32)
    for i in range(0, K, BK):
        acc = tl.dot(tl.load(a), tl.load(b), acc)
        a += BK
        b += BK * N
    tl.store(c_ptr + m[:, None] * N + n[None, :], acc)


@triton.autotune(configs=[triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 128})], key=["n"])
@triton.jit
def scratch(x_ptr, s_ptr, o_ptr, n, BLOCK: tl.constexpr):
    # What is read of `s_ptr` was written before, by the same trial.
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(s_ptr + i, tl.load(x_ptr + i, mask=i < n), mask=i < n)
    tl.store(o_ptr + i, tl.load(s_ptr + i, mask=i < n), mask=i < n)


@triton.autotune(configs=[triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 128})], key=["n"])
@triton.jit
def doubled(x_ptr, n, BLOCK: tl.constexpr):
    #       ^ information: [triton-autotune-in-place] "reads and writes `x_ptr`"
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, tl.load(x_ptr + i, mask=i < n) * 2, mask=i < n)
