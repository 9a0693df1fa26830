# Configurations that a loop or function makes, what heuristics give, and what the tuner leaves out.
import torch
import triton
import triton.language as tl


def configurations():
    return [triton.Config({"BLOCK": size}, num_warps=warps) for size in (64, 96) for warps in (4, 8)]


@triton.autotune(configs=configurations(), key=["n"])
@triton.jit
def kernel(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
#                                  ^ error: [triton-power-of-two] "with BLOCK=96"
    tl.store(x_ptr + i, 0.0, mask=i < n)


x = torch.zeros(1024, device="cuda")
kernel[lambda meta: (triton.cdiv(1024, meta["BLOCK"]),)](x, 1024)


@triton.heuristics({"BLOCK": lambda args: args["n"] - 24})
@triton.jit
def rounded(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
#                                  ^ error: [triton-power-of-two] "with BLOCK=1000"
    tl.store(x_ptr + i, 0.0, mask=i < n)


rounded[(1,)](x, 1024)


def fitting(configs, named_args, **kwargs):
    return [config for config in configs if config.kwargs["BLOCK"] != 96]


# The tuner never tries what the pruning leaves out.
@triton.autotune(configs=[triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 96})], key=["n"], prune_configs_by={"early_config_prune": fitting})
@triton.jit
def pruned(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 0.0, mask=i < n)


pruned[(8,)](x, 1024)


# Nor what an assertion refuses, as long as something is left.
@triton.autotune(configs=[triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 128})], key=["n"])
@triton.jit
def asserted(x_ptr, n, HEAD: tl.constexpr, BLOCK: tl.constexpr):
    tl.static_assert(BLOCK <= HEAD)
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 0.0, mask=i < n)


asserted[(8,)](x, 1024, 64)


@triton.autotune(configs=[triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 128})], key=["n"])
@triton.jit
def refused(x_ptr, n, HEAD: tl.constexpr, BLOCK: tl.constexpr):
    tl.static_assert(BLOCK <= HEAD)
#   ^ error: [triton-static-assert]
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 0.0, mask=i < n)


refused[(8,)](x, 1024, 32)


@triton.autotune(configs=[triton.Config({"SIZE": 512}, num_stages=4, num_warps=32), triton.Config({"SIZE": 64}, num_stages=2)], key=["K"])
#                         ^ information: [triton-registers] "512 x 512"
@triton.jit
def product(a_ptr, c_ptr, K, SIZE: tl.constexpr):
#   ^ information: [triton-config-skipped] "shared memory"
    m = tl.arange(0, SIZE)
    k = tl.arange(0, 64)
    acc = tl.zeros((SIZE, SIZE), tl.float32)
    for s in range(0, K, 64):
        a = tl.load(a_ptr + m[:, None] * K + (s + k)[None, :])
        acc = tl.dot(a, a.T, acc)
    tl.store(c_ptr + m[:, None] * SIZE + m[None, :], acc)


product[(1,)](torch.zeros(512, 512, device="cuda", dtype=torch.float16), torch.zeros(512, 512, device="cuda"), 512)
