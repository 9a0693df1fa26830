#!/usr/bin/env python3
"""Runs kernels that draw the hint of uncoalesced access, and near misses that do not, and compares the bytes that they move.

coalescing.py [--trident FILE] [--hints FILE] [--write-hints FILE] [--once]

--trident      asks it which kernels draw the hint (triton-uncoalesced)
--write-hints  write that to a file and stop: for a machine with a GPU and without Trident
--hints        read it from there
--once         launch each kernel once and measure nothing, under a profiler:
               ncu --metrics l1tex__m_xbar2l1tex_read_bytes.sum,l1tex__m_l1tex2xbar_write_bytes.sum,dram__bytes.sum --csv coalescing.py --once

Without profiler counters the bytes follow from time: each kernel moves memory as fast as the GPU can, so that the time per
useful byte, over that of a plain copy, says how many times the bytes are moved, both ways together: a load of twice the
bytes beside a plain store is 1.5 times in all. Needs torch and triton, and a GPU.
"""
import argparse
import json
import pathlib
import subprocess
import sys

# What a kernel does with the elements `i` of its block.
BODIES = {
    "plain": "tl.store(o + i, tl.load(x + i))",
    "masked": "tl.store(o + i, tl.load(x + i, mask=i < n), mask=i < n)",
    "every_2nd": "tl.store(o + i, tl.load(x + i * 2))",
    "every_4th": "tl.store(o + i, tl.load(x + i * 4))",
    "every_8th": "tl.store(o + i, tl.load(x + i * 8))",
    "scattered": "tl.store(o + i * 4, tl.load(x + i))",
    "runtime_stride": "tl.store(o + i, tl.load(x + i * stride))",
    "stride_of_one": "tl.store(o + i, tl.load(x + i * stride))",
    "shifted": "tl.store(o + i, tl.load(x + i + 1))",
    "halves": "tl.store(o + i, tl.load(x + i // 2))",
    "pairs": "tl.store(o + i, tl.load(x + i * 2) + tl.load(x + i * 2 + 1))",
}
ROWS = '''@triton.jit
def rows(x, o, n, stride, M: tl.constexpr, B: tl.constexpr):
    i = tl.program_id(0) * M + tl.arange(0, M)
    j = tl.program_id(1) * B + tl.arange(0, B)
    tl.store(o + i[:, None] * stride + j[None, :], tl.load(x + i[:, None] * stride + j[None, :]))


@triton.jit
def two_strides(x, o, n, stride, other, M: tl.constexpr, B: tl.constexpr):
    i = tl.program_id(0) * M + tl.arange(0, M)
    j = tl.program_id(1) * B + tl.arange(0, B)
    tl.store(o + i[:, None] * n + j[None, :], tl.load(x + i[:, None] * stride + j[None, :] * other))


'''


def kernel_text(name, body):
    more = " stride," if "stride" in body else ""
    return f"@triton.jit\ndef {name}(x, o, n,{more} B: tl.constexpr):\n    i = tl.program_id(0) * B + tl.arange(0, B)\n    {body}\n\n\n"


KERNELS = "import torch\nimport triton\nimport triton.language as tl\n\n\n" + "".join(kernel_text(*each) for each in BODIES.items()) + ROWS
N = 1 << 24  # Elements that a kernel uses: more than any cache holds, with the strides.
B = 1024
SIDE = 4096
# Name, arguments behind (x, o): the bytes that a kernel uses are those of one load and one store for each of N elements.
LAUNCHES = [("plain", (N,), {}), ("masked", (N,), {}), ("every_2nd", (N,), {}), ("every_4th", (N,), {}), ("every_8th", (N,), {}), ("scattered", (N,), {}), ("runtime_stride", (N, 3), {}),
            ("stride_of_one", (N, 1), {}), ("shifted", (N,), {}), ("halves", (N,), {}), ("pairs", (N,), {}), ("rows", (SIDE, SIDE), {"M": 32}), ("two_strides", (SIDE, SIDE * 2, 2), {"M": 32})]
LEAST = 1.3  # Of 1.5, as a GPU does not reach all of its bandwidth.
# Elements that are loaded for each one that is stored.
LOADS = {"pairs": 2, "halves": 0.5}


def launch_text():
    text = f"x, o = torch.empty({N} * 8 + 8, device='cuda'), torch.empty({N} * 4, device='cuda')\n"
    for name, arguments, more in LAUNCHES:
        block = 128 if more else B
        grid = f"({SIDE} // 32, {SIDE} // 128)" if more else f"({N} // {B},)"
        text += f"{name}[{grid}](x, o, {', '.join(map(str, arguments))}, {'M=32, ' if more else ''}B={block})\n"
    return text


def hints_of(trident):
    """The kernels that draw the hint."""
    path = pathlib.Path("coalescing_kernels.py").resolve()
    path.write_text(KERNELS + launch_text())
    done = subprocess.run([trident, "check", "--no-cache", "--format", "json", path], stdout=subprocess.PIPE, universal_newlines=True)
    path.unlink()
    lines, found = (KERNELS + launch_text()).splitlines(), set()
    for diagnostic in json.loads(done.stdout)["diagnostics"]:
        if diagnostic["code"] == "triton-uncoalesced":
            above = [line for line in lines[:diagnostic["line"]] if line.startswith("def ")]
            found.add(above[-1].split("(")[0][4:])
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trident", default=str(pathlib.Path(__file__).resolve().parents[1] / "build/trident"))
    parser.add_argument("--hints")
    parser.add_argument("--write-hints")
    parser.add_argument("--once", action="store_true")
    args = parser.parse_args()
    hinted = json.loads(pathlib.Path(args.hints).read_text()) if args.hints else hints_of(args.trident)
    if args.write_hints:
        pathlib.Path(args.write_hints).write_text(json.dumps(hinted))
        return 0
    import torch
    import triton
    source = pathlib.Path("coalescing_kernels.py").resolve()
    source.write_text(KERNELS)
    sys.path.insert(0, str(source.parent))
    import coalescing_kernels as kernels
    x, o = torch.randn(N * 8 + 8, device="cuda"), torch.empty(N * 4, device="cuda")
    cost = {}
    for name, arguments, more in LAUNCHES:
        grid = (SIDE // 32, SIDE // 128) if more else (N // B,)
        run = lambda: getattr(kernels, name)[grid](x, o, *arguments, B=128 if more else B, **more)
        if args.once:
            run()
            continue
        milliseconds = triton.testing.do_bench(run, warmup=25, rep=200)
        cost[name] = milliseconds / (4 * N * (1 + LOADS.get(name, 1)))
    source.unlink()
    if args.once:
        torch.cuda.synchronize()
        return 0
    wrong = 0
    print(f"{torch.cuda.get_device_name()}, triton {triton.__version__}")
    for name, per_byte in cost.items():
        times, expected = per_byte / cost["plain"], name in hinted
        good = times >= LEAST if expected else times < LEAST
        wrong += not good
        print(f"{name:16} {times:5.2f} x the time of a copy for each useful byte, {'hint' if expected else 'no hint'}{'' if good else '  <-- not as said'}")
    print(f"{len(cost)} kernels, {wrong} not as said")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
