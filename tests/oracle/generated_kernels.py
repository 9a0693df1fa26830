#!/usr/bin/env python3
"""The kernels of `trident compile -O3`: Trident's own checker finds nothing wrong with them, and Triton's front end takes them.

generated_kernels.py --trident FILE [--site DIR]    where no GPU is; 77 (skipped) where triton cannot be imported
generated_kernels.py --cuda FILE                    runs a generated FILE beside eager PyTorch and torch.compile, on a GPU

`--write DIR` only writes the models below, for the second form: DIR/model.py and DIR/generated.py.
"""
import argparse
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

import installed_triton

# Every operator that a kernel knows, operands that are broadcast along each dim, masks, in-place operators, half precision.
MODEL = '''import torch
import torch.nn.functional as F
from torch import nn


class Everything(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1024))
        self.rows = nn.Parameter(torch.ones(512, 1))
        self.one = nn.Parameter(torch.ones(()))

    def forward(self, x, y, mask):
        a = F.silu(x) * self.scale
        a = a + F.gelu(y) - F.gelu(y, approximate="tanh") / 3.0
        a = torch.clamp(a, -4.0, 4.0) * self.rows + torch.sigmoid(x)
        a += torch.tanh(y) * self.one
        b = torch.where(mask, F.relu(a), F.leaky_relu(a, 0.1))
        b = b.masked_fill(mask, 0.5) + F.hardswish(a) + F.hardsigmoid(a) + F.relu6(a)
        b = torch.erf(b) + torch.exp(-torch.abs(b)) + torch.log(b * b + 1.5)
        b = torch.sqrt(torch.square(b) + 1.0) + torch.rsqrt(b ** 2 + 1.0) + torch.reciprocal(b ** 2 + 1.0)
        return torch.sin(b) * torch.cos(2 - b) + b.pow(3) * 0.01


class Gate(nn.Module):
    def forward(self, x, y):
        return F.silu(x) * y


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, padding=1)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        out = self.conv(x)
        out += x
        return self.act(out)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.everything, self.gate, self.residual = Everything(), Gate(), Residual()

    def forward(self, x, y, mask, half, other, image):
        return self.everything(x, y, mask), self.gate(half, other), self.residual(image)


model = Model().eval()
x, y = torch.randn(16, 512, 1024), torch.randn(16, 512, 1024)
mask = torch.rand(16, 1, 1024) > 0.5
half, other = torch.randn(16, 512, 1024, dtype=torch.bfloat16), torch.randn(16, 512, 1024, dtype=torch.bfloat16)
image = torch.randn(16, 64, 64, 64)
out = model(x, y, mask, half, other, image)
'''
LEAST_KERNELS = 3
# The parts of the generated model that do what a module of the original does.
PARTS = {"everything": lambda fast, generated: fast.everything, "gate": lambda fast, generated: generated.fused_silu_mul, "residual": lambda fast, generated: fast.residual}


def write(trident, folder):
    model, made = folder / "model.py", folder / "generated.py"
    model.write_text(MODEL)
    done = subprocess.run([trident, "compile", "-O3", str(model), "-o", str(made)], capture_output=True, text=True)
    if done.returncode:
        sys.exit("trident compile: " + done.stderr)
    return made


def load(path):
    spec = importlib.util.spec_from_file_location("generated", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(trident, made):
    """Trident's own checker: no word about the file, and the type of every local of every kernel."""
    said = json.loads(subprocess.run([trident, "check", "--no-cache", "--format", "json", "--bindings", str(made)], capture_output=True, text=True).stdout)
    assert not said["diagnostics"], said["diagnostics"]
    lines = made.read_text().split("\n")
    typed = {(binding["line"], binding["name"]) for binding in said["bindings"]}
    begin, end = lines.index("if HAS_TRITON:"), next(n for n, line in enumerate(lines) if line.startswith("def fused_"))
    for number, line in enumerate(lines[begin:end], begin + 1):
        name = line.split(" = ")[0].strip()
        assert not name.isidentifier() or (number, name) in typed, f"no type: {line}"
    return sum(line == "    @triton.jit" for line in lines)


def front_end(made):
    """Triton's IR of every kernel, for a GPU that need not be here."""
    import triton
    from triton._C.libtriton import ir
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource
    from triton.compiler.compiler import make_backend

    # The classes need torch; the kernels do not.
    text = made.read_text()
    part = made.with_name("kernels_only.py")
    part.write_text(text[text.index("try:\n    import triton"):text.index("\n\nclass ")])
    kernels = [value for value in vars(load(part)).values() if isinstance(value, triton.runtime.jit.JITFunction)]
    target = GPUTarget("cuda", 90, 32)
    backend = make_backend(target)
    options = backend.parse_options({})
    for kernel in kernels:
        signature = {name: "*fp32" for name in kernel.arg_names} | {"size": "i32", "BLOCK": "constexpr"}
        for name in signature:
            # A mask is what tl.where() asks first.
            if f"tl.where({name.removesuffix('_pointer')}, " in text:
                signature[name] = "*i1"
        context = ir.context()
        ir.load_dialects(context)
        backend.load_dialects(context)
        source = ASTSource(fn=kernel, signature=signature, constexprs={(kernel.arg_names.index("BLOCK"),): 1024})
        source.make_ir(target, options, backend.get_codegen_implementation(options), backend.get_module_map(), context)
    return len(kernels)


def on_gpu(made):
    import torch
    scope = {}
    exec(compile(MODEL.split("\nmodel = ")[0], "model", "exec"), scope)
    generated = load(made)
    torch.manual_seed(0)
    eager, fast = scope["Model"]().eval().cuda(), generated.Model().cuda()
    for weight in eager.parameters():
        torch.nn.init.normal_(weight)
    fast.load_state_dict(eager.state_dict())
    make = lambda *shape, **kw: torch.randn(*shape, device="cuda", **kw)
    mask = torch.rand(16, 1, 1024, device="cuda") > 0.5
    inputs = {"everything": (make(16, 512, 1024), make(16, 512, 1024), mask), "gate": tuple(make(16, 512, 1024, dtype=torch.bfloat16) for _ in range(2)),
              "residual": (make(16, 64, 64, 64),)}

    def milliseconds(call, repeats=50):
        for _ in range(5):
            call()
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        for _ in range(repeats):
            call()
        end.record()
        torch.cuda.synchronize()
        return begin.elapsed_time(end) / repeats

    print("| part | eager ms | generated -O3 ms | torch.compile ms | largest difference |")
    print("| --- | --- | --- | --- | --- |")
    with torch.no_grad():
        whole = (*inputs["everything"], *inputs["gate"], *inputs["residual"])
        expected, got = eager(*whole), fast(*whole)
        for part, a, b in zip(inputs, expected, got):
            difference = float((a.double() - b.double()).abs().max() / a.double().abs().max())
            # Eager rounds to half precision after each operator, a kernel once.
            assert difference <= (1e-2 if a.dtype == torch.bfloat16 else 1e-4), (part, difference)
            plain, fast_part, args = getattr(eager, part), PARTS[part](fast, generated), inputs[part]
            compiled = torch.compile(plain)
            print(f"| {part} | {milliseconds(lambda: plain(*args)):.3f} | {milliseconds(lambda: fast_part(*args)):.3f} | {milliseconds(lambda: compiled(*args)):.3f} | {difference:.1e} |")
        compiled = torch.compile(eager)
        print(f"| all | {milliseconds(lambda: eager(*whole)):.3f} | {milliseconds(lambda: fast(*whole)):.3f} | {milliseconds(lambda: compiled(*whole)):.3f} | |")
        nan = make(16, 512, 1024)
        nan[0, 0, :7] = torch.tensor([float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1e30, -1e30], device="cuda")
        a, b = eager(nan, *whole[1:])[0], fast(nan, *whole[1:])[0]
        assert torch.equal(torch.isnan(a), torch.isnan(b)), "other NaNs"
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trident")
    parser.add_argument("--site")
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--cuda", type=pathlib.Path)
    options = parser.parse_args()
    if options.cuda:
        return on_gpu(options.cuda)
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        return print(write(options.trident, options.write)) or 0
    with tempfile.TemporaryDirectory() as folder:
        made = write(options.trident, pathlib.Path(folder))
        kernels = check(options.trident, made)
        assert kernels >= LEAST_KERNELS, kernels
        if options.site:
            sys.path.insert(0, options.site)
        try:
            import triton  # noqa: F401
        except ImportError:
            print(f"{kernels} generated kernels, nothing found by Trident; triton cannot be imported: ./dev setup --oracle; the rest is skipped")
            return installed_triton.SKIPPED
        assert front_end(made) == kernels
    print(f"{kernels} generated kernels: nothing found by Trident, taken by Triton's front end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
