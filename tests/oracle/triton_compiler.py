#!/usr/bin/env python3
"""Compares Trident with the front end of the Triton compiler at hand, over kernels made here: types of locals, and what is rejected.

The floors: no type wrong, no false error, 97 % of the types exact, 95 % of the rejections found, 95 % of their lines right.
Exits 77 (skipped) where triton cannot be imported.
"""
import collections
import contextlib
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import installed_triton

DTYPES = {"i1": "int1", "i8": "int8", "u8": "uint8", "i16": "int16", "i32": "int32", "u32": "uint32", "i64": "int64", "u64": "uint64",
          "fp8e5": "float8e5", "fp16": "float16", "bf16": "bfloat16", "fp32": "float32", "fp64": "float64"}
# What Triton prints, as `--bindings` writes it.
NAMES = {"int1": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64",
         "fp8e5": "f8e5", "fp8e4nv": "f8e4nv", "fp16": "f16", "bf16": "bf16", "fp32": "f32", "fp64": "f64", "void": "void"}
PRELUDE = """import math
import triton
import triton.language as tl
from triton.compiler import ASTSource
from triton.backends.compiler import GPUTarget


@triton.jit
def plus(a, b):
    return a + b


@triton.jit
def to_float(a, b):
    return (a + b).to(tl.float32)


@triton.jit
def pick(x, FLAG: tl.constexpr):
    if FLAG:
        return x
    else:
        return x * 2.0


"""


KERNELS_IN_A_FILE = 100


class Kernels:
    """Sources with their signatures; a kernel is one function of one generated module."""

    def __init__(self):
        self.items = []

    def add(self, body, signature=None, constants=None):
        signature = dict(signature or {"p": "*fp32", "q": "*fp32", "n": "i32"})
        constants = constants or {}
        signature.update({name: "constexpr" for name in constants})
        name = f"k{len(self.items)}"
        parameters = ", ".join(f"{n}: tl.constexpr" if k == "constexpr" else n for n, k in signature.items())
        lines = "".join("    " + line + "\n" for line in body.strip("\n").split("\n"))
        self.items.append((name, f"@triton.jit\ndef {name}({parameters}):\n{lines}", signature, constants))

    def module(self):
        text, starts = PRELUDE, []
        for _, source, _, _ in self.items:
            starts.append(text.count("\n") + 2)
            text += source + "\n\n"
        return text, starts


def make():
    kernels = Kernels()
    i, x, y = "i = tl.arange(0, 16)", "x = tl.load(p + i)", "y = tl.load(q + i)"
    # Every operator on every pair of dtypes.
    for a, b in itertools.product(DTYPES, repeat=2):
        for op in ("+", "*", "/", "//", "%", "&", "<<", "<", "=="):
            kernels.add(f"{i}\n{x}\n{y}\nr = x {op} y", {"p": f"*{a}", "q": f"*{b}"})
    for a, b in itertools.product(("i1", "i32", "u8", "i64", "fp16", "bf16", "fp32", "fp64"), repeat=2):
        for call in ("tl.minimum(x, y)", "tl.where(i < 3, x, y)", "tl.where(x, y, y)", "tl.join(x, y)", "tl.fdiv(x, y)", "tl.fma(x, y, x)", "max(x, y)"):
            kernels.add(f"{i}\n{x}\n{y}\nr = {call}", {"p": f"*{a}", "q": f"*{b}"})
    for a in DTYPES:
        for literal in ("2", "2.5", "True", "-1", "300", "2**40", "1e300", "0"):
            for op in ("+", "/", "//", "<", "^"):
                kernels.add(f"{i}\n{x}\nr = x {op} {literal}\ns = {literal} {op} x", {"p": f"*{a}"})
        for function in ("exp", "log2", "sin", "sqrt", "rsqrt", "floor", "sigmoid", "abs", "erf", "sqrt_rn"):
            kernels.add(f"{i}\n{x}\nr = tl.{function}(x)", {"p": f"*{a}"})
        z = "i = tl.arange(0, 4)[:, None] * 8 + tl.arange(0, 8)[None, :]"
        for call in ("tl.sum(x, 0)", "tl.sum(x)", "tl.sum(x, 1, keep_dims=True)", "tl.max(x, 1)", "tl.min(x)", "tl.argmax(x, 1)", "tl.argmin(x, 0)", "tl.cumsum(x, 1)",
                     "tl.cumprod(x, 0)", "tl.xor_sum(x, 1)", "tl.reduce(x, 1, plus)", "tl.associative_scan(x, 1, plus)", "tl.reduce(x, 0, to_float)", "tl.sort(x)",
                     "tl.trans(x)", "x.T", "tl.reshape(x, (2, 16))", "tl.ravel(x)", "tl.softmax(x)", "tl.zeros_like(x)", "tl.clamp(x, 0.0, 1.0)", "-x", "~x", "not x",
                     "tl.cdiv(x, 4)", "x.to(tl.float8e5)", "x.to(tl.int8)", "x.to(tl.float32)", "x.to(tl.int32, bitcast=True)", "tl.umulhi(x, x)",
                     "tl.extra.cuda.libdevice.tanh(x)", "tl.sum(x, 0, dtype=tl.float32)", "tl.topk(x, 2)", "tl.flip(x, 1)"):
            kernels.add(f"{z}\n{x}\nr = {call}", {"p": f"*{a}"})
        kernels.add(f"{i}\n{x}\nv, w = tl.max(x, 0, return_indices=True)", {"p": f"*{a}"})
        kernels.add("r = tl.atomic_add(p, 1)\ns = tl.atomic_xchg(p, 0)", {"p": f"*{a}"})
        kernels.add("r = tl.atomic_max(p, 1)", {"p": f"*{a}"})
        kernels.add("r = tl.atomic_cas(p, 0, 1)", {"p": f"*{a}"})
        kernels.add(f"{i}\nr = tl.load(p + i, mask=i < 3, other=0)\ns = tl.load(p + i, mask=i < 3, other=0.0)", {"p": f"*{a}"})
        kernels.add("a = s + 1\nb = s * 2.5\nc = s / 3\nd = s // 2\nfor j in range(s):\n    e = j", {"s": a})
    for a, b in itertools.product(("i8", "u8", "i32", "fp8e5", "fp16", "bf16", "fp32", "fp64"), repeat=2):
        two = "i = tl.arange(0, 32)[:, None] * 32 + tl.arange(0, 32)[None, :]\nx = tl.load(p + i)\ny = tl.load(q + i)"
        for call in ("tl.dot(x, y)", "tl.dot(x, y, out_dtype=tl.float16)", "tl.dot(x, y, tl.zeros((32, 32), tl.float32))", "tl.dot(x, y, out_dtype=tl.int32)"):
            kernels.add(f"{two}\nr = {call}", {"p": f"*{a}", "q": f"*{b}"})
    shapes(kernels)
    statements(kernels)
    return kernels


def shapes(kernels):
    sizes = [(), (1,), (8,), (16,), (1, 8), (8, 1), (4, 8), (8, 4), (2, 4, 8)]
    make_ = lambda s: f"tl.zeros({s}, tl.float32)"
    for a, b in itertools.product(sizes, repeat=2):
        kernels.add(f"x = {make_(a)}\ny = {make_(b)}\nr = x + y")
        kernels.add(f"x = {make_(a)}\ny = {make_(b)}\nr = tl.dot(x, y)")
        kernels.add(f"x = {make_(a)}\nr = tl.broadcast_to(x, {b})")
        kernels.add(f"x = {make_(a)}\nr = tl.reshape(x, {b})")
        kernels.add(f"x = {make_(a)}\ny = {make_(b)}\nr, s = tl.broadcast(x, y)")
        kernels.add(f"x = p + {make_(a)}.to(tl.int32)\nr = tl.load(x, mask={make_(b)} > 0)\ntl.store(x, {make_(b)})")
        kernels.add(f"x = {make_(a)}\ny = {make_(b)}\ns = tl.zeros((), tl.int32)\nif n > 0:\n    z = x\nelse:\n    z = y")
        kernels.add(f"x = {make_(a)}\nfor j in range(n):\n    x += {make_(b)}")
        kernels.add(f"x = {make_(a)}\nr = tl.gather(x, {make_(b)}.to(tl.int32), 0)")
    for s in sizes:
        for call in ("x[None, :]", "x[:, None]", "x[None]", "x[:, None, :]", "tl.trans(x)", "x.T", "tl.sum(x, 0)", "tl.sum(x, 1)", "tl.sum(x, -1)", "tl.expand_dims(x, 0)",
                     "tl.expand_dims(x, 2)", "tl.permute(x, 1, 0)", "tl.permute(x, (0, 1))", "tl.split(x)", "tl.join(x, x)", "tl.interleave(x, x)", "tl.ravel(x)", "x.shape[0]",
                     "x.numel", "tl.cumsum(x, 0)", "tl.argmax(x, 0)", "tl.sort(x)", "x.item()", "tl.cat(x, x, can_reorder=True)", "x[0]", "tl.histogram(x.to(tl.int32), 4)",
                     "tl.reshape(x, x.shape)", "tl.max_contiguous(x, 4)", "tl.multiple_of(x, (4, 4))", "tl.flip(x, 0)", "len(x.shape)"):
            kernels.add(f"x = {make_(s)}\nr = {call}")


STATEMENTS = """
x = 3
y = x * 2.0
z = x / 2
w: tl.constexpr = 4
v = tl.arange(0, w)
---
x = 3000000000
y = -1
z = 2**40
u = 1e300
t = True
s = 1e-45
---
a, b = 1, 2.0
c = (a, b)
d = c[1]
---
x = tl.program_id(0)
y = tl.num_programs(1)
z = tl.cdiv(n, 4)
w = x * n + y
---
s = 0.0
for i in range(n):
    s += tl.load(p + i)
tl.store(q, s)
---
s = 0
for i in range(n):
    s += tl.load(p + i)
tl.store(q, s)
---
s = tl.zeros((16,), tl.float16)
for i in range(0, n, 16):
    s += tl.load(p + i + tl.arange(0, 16))
---
for i in tl.static_range(3):
    x = i * n
y = x
---
while n > 0:
    n -= 1
x = n
---
while n:
    n -= 1
---
if n > 0:
    x = 1
else:
    x = 2
y = x
---
if n > 0:
    x = 1
y = x
---
x = 1
if n > 0:
    x = 2.0
---
x = 1 if n > 0 else 2
y = 1 if n > 0 else 2.0
---
x = pick(n, True)
y = pick(n, False)
---
x = plus(tl.arange(0, 8), 1.0)
y = plus(1, 2)
---
x = tl.load(p + tl.arange(0, 8)[:, None] * n + tl.arange(0, 4)[None, :])
y = tl.sum(x, axis=1)
z = x - tl.max(x, 1)[:, None]
---
b = tl.make_block_ptr(p, (n, n), (n, 1), (0, 0), (16, 8), (1, 0))
x = tl.load(b, boundary_check=(0, 1))
b = tl.advance(b, (0, 8))
---
d = tl.make_tensor_descriptor(p, [n, n], [n, 1], [16, 16])
x = d.load([0, 0])
y = d.load([n, n]).to(tl.float16)
---
r = tl.rand(0, tl.arange(0, 8))
s = tl.randint(0, tl.arange(0, 8))
t = tl.randn(n, tl.arange(0, 8))
a, b, c, d = tl.randint4x(n, tl.arange(0, 8))
---
x = p + tl.arange(0, 8)
y = x + 1
z = tl.load(y)
w = x.to(tl.int64)
v = w.to(tl.pointer_type(tl.float32))
---
x = min(n, 4)
y = max(n, 4.0)
z = min(3, 4)
---
m = tl.arange(0, 8) < n
k = m & (tl.arange(0, 8) > 2)
o = m and k
---
x = n and n
---
x = p and q
y = not p
z = p + tl.arange(0, 8)
w = z and not z
if p or q:
    v = n
---
x = p and n
---
b = tl.make_block_ptr(p, (n, n), (n, 1), (0, 0), (16, 8), (1, 0))
x = not b
---
while p:
    n -= 1
---
x = 1 if p else 2
y = p.to(tl.int1)
---
x = tl.arange(0, 8)
x = x.to(tl.float32)
x = x[:, None]
---
for i in range(n):
    break
---
x = [n, n]
y = x[0]
---
x = tl.arange(0, n)
---
M = 8
x = tl.arange(0, M)
---
x = tl.full((8,), 3, tl.int64)
y = tl.full([8, 8], float("-inf"), tl.float32)
z = tl.full((8,), n, tl.float32)
---
x = n // 2
y = n % 3
z = n / 3
w = -n
v = ~n
u = n << 2
---
x = tl.inline_asm_elementwise("mov.b32 $0, $1;", "=r,r", [n], dtype=tl.int32, is_pure=True, pack=1)
---
x = tl.dot_scaled(tl.zeros((128, 64), tl.uint8), None, "e2m1", tl.zeros((64, 128), tl.uint8), None, "e2m1")
---
tl.store(p + tl.arange(0, 8), tl.arange(0, 16))
---
x = tl.load(n)
---
x = tl.load(p, other=1.0)
---
lambda a: a
---
x = tl.unknown_function(n)
---
x = undefined_name
---
x = n @ n
---
x = "abc"
---
assert n > 0, "positive"
tl.device_assert(n > 0)
x = n
---
return n
---
x, y = tl.split(tl.join(tl.arange(0, 8), tl.arange(0, 8)))
---
x = tl.sum(tl.load(p + tl.arange(0, 8)).to(tl.float16))
---
acc = tl.zeros((16, 16), dtype=tl.float32)
for k in range(0, n, 16):
    a = tl.load(p + tl.arange(0, 16)[:, None] * 16 + tl.arange(0, 16)[None, :]).to(tl.float16)
    b = tl.load(q + tl.arange(0, 16)[:, None] * 16 + tl.arange(0, 16)[None, :]).to(tl.float16)
    acc = tl.dot(a, b, acc)
    acc += tl.dot(a, b)
c = acc.to(tl.bfloat16)
"""


def statements(kernels):
    for body in STATEMENTS.strip("\n").split("\n---\n"):
        kernels.add(body)


def type_of(value, tl):
    """A value of the front end in the form of `--bindings`; None for what that does not say."""
    if isinstance(value, tl.tuple):
        return {"seq": [type_of(v, tl) for v in value.values]}
    if not isinstance(value, tl.tensor):
        return None
    shape = [int(getattr(d, "value", d)) for d in value.shape] if value.type.is_block() else []
    scalar = value.type.scalar
    if scalar.is_ptr():
        element = scalar.element_ty
        return None if element.is_block() else ["*" + NAMES[str(element)], shape]
    return [NAMES[str(scalar)], shape] if str(scalar) in NAMES else None


@contextlib.contextmanager
def silent():
    """MLIR writes what it finds to descriptor 2, and the module to 1."""
    sys.stderr.flush()
    sys.stdout.flush()
    kept, null = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        for n, descriptor in enumerate(kept):
            os.dup2(descriptor, n + 1)
            os.close(descriptor)
        os.close(null)


class Compiler:
    """Triton's front end, with a record of what every assignment of a kernel gave."""

    def __init__(self):
        import triton
        import triton.language as tl
        from triton._C.libtriton import ir
        from triton.backends.compiler import GPUTarget
        from triton.compiler import ASTSource, code_generator
        from triton.compiler.compiler import make_backend
        self.version, self.tl, self.ir, self.ASTSource = triton.__version__, tl, ir, ASTSource
        self.target = GPUTarget("cuda", 90, 32)
        self.backend = make_backend(self.target)
        self.options = self.backend.parse_options({})
        self.record, record_of = {}, self
        original = code_generator.CodeGenerator.visit_Assign

        def visit(generator, node):
            original(generator, node)
            if generator.jit_fn is not record_of.kernel:
                return
            import ast
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            for target in targets:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(name, ast.Name):
                        types = record_of.record.setdefault((node.lineno, name.id), [])
                        kind = type_of(generator.lscope[name.id], tl)
                        if kind not in types:
                            types.append(kind)
        code_generator.CodeGenerator.visit_Assign = visit

    def run(self, kernel, signature, constants):
        """What compile says, from a process of its own: invalid IR can abort it. None when it did."""
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(out)
            with silent():
                record, lines, message = self.compile(kernel, signature, constants)
            with os.fdopen(into, "w") as file:
                json.dump([record and [[*key, types] for key, types in record.items()], lines, message, record is not None], file)
            os._exit(0)
        os.close(into)
        with os.fdopen(out) as file:
            text = file.read()
        os.waitpid(child, 0)
        if not text:
            return None
        record, lines, message, good = json.loads(text)
        return {(line, name): types for line, name, types in record or []} if good else None, lines, message

    def compile(self, kernel, signature, constants):
        """The types of assigned locals by line of the def, or the lines of the error chain."""
        self.record, self.kernel = {}, kernel
        source = self.ASTSource(fn=kernel, signature=signature, constexprs=constants)
        try:
            context = self.ir.context()
            self.ir.load_dialects(context)
            self.backend.load_dialects(context)
            source.make_ir(self.target, self.options, self.backend.get_codegen_implementation(self.options), self.backend.get_module_map(), context)
        except Exception as error:
            lines, text = [], str(error).strip().splitlines()[-1:] or [type(error).__name__]
            while error is not None:
                if getattr(getattr(error, "node", None), "lineno", None):
                    lines.append(error.node.lineno)
                error = error.__cause__
            return None, lines, text[0]
        return self.record, [], ""


def main():
    args = installed_triton.arguments(__doc__, show=10)
    compiler = Compiler()
    kernels = make()
    # The hand-written statements are always among them.
    hand = len(STATEMENTS.split("\n---\n"))
    kernels.items = [k for n, k in enumerate(kernels.items) if n % args.every == 0 or n >= len(kernels.items) - hand]
    text, starts = kernels.module()
    count, examples = collections.Counter(), collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        module_file = pathlib.Path(folder) / "kernels_of_oracle.py"
        module_file.write_text(text)
        sys.path.insert(0, folder)
        module = __import__("kernels_of_oracle")
        # A file of its own for every hundred: its kernels keep their lines in the whole.
        files = []
        for first in range(0, len(kernels.items), KERNELS_IN_A_FILE):
            part = kernels.items[first:first + KERNELS_IN_A_FILE]
            lines = text.split("\n")
            from_, to = starts[first] - 2, starts[first + KERNELS_IN_A_FILE] - 2 if first + KERNELS_IN_A_FILE < len(starts) else len(lines)
            kept = PRELUDE + "\n" * (from_ - PRELUDE.count("\n")) + "\n".join(lines[from_:to]) + "\n"
            files.append(pathlib.Path(folder) / f"part_{first}.py")
            files[-1].write_text(kept + "".join(f"triton.compile(ASTSource(fn={name}, signature={signature!r}, constexprs={constants!r}), target=GPUTarget('cuda', 90, 32))\n"
                                                for name, _, signature, constants in part))
        done = subprocess.run([args.trident, "check", "--no-cache", "--format", "json", "--bindings", *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = json.loads(done.stdout)
        errors, bindings = collections.defaultdict(list), collections.defaultdict(list)
        for d in said["diagnostics"]:
            if d["severity"] == "error":
                errors[d["line"]].append(d)
        for b in said["bindings"]:
            bindings[b["line"], b["name"]] += [t for t in b["types"] if t not in bindings[b["line"], b["name"]]]
        for (name, source, signature, constants), start in zip(kernels.items, starts):
            length = source.count("\n")
            answer = compiler.run(getattr(module, name), signature, constants)
            if answer is None:
                count["aborted"] += 1
                continue
            record, lines, message = answer
            mine = [d for line in range(start, start + length) for d in errors[line]]
            # A helper's error is found at its own line; kernels that share a helper share it.
            helpers = [d for line, list_ in errors.items() if line < starts[0] for d in list_]
            told = "; ".join(d["message"] for d in mine)
            body = " | ".join(source.splitlines()[2:])
            if record is None:
                found = bool(mine) or ("pick(" in source or "to_float" in source) and bool(helpers)
                count["found" if found else "missed"] += 1
                if not found:
                    examples["missed"].append(f"{signature} {body}: {message[:120]}")
                elif mine and lines:
                    right = any(d["line"] - start + 1 in lines for d in mine)
                    count["line right" if right else "line wrong"] += 1
                continue
            count["accepted"] += 1
            if mine:
                count["false errors"] += 1
                examples["false error"].append(f"{signature} {body}: {told}")
            for (line, local), kinds in record.items():
                for kind in kinds:
                    if kind is None:
                        continue
                    here = bindings[start + line - 1, local]
                    exact = kind in here
                    concrete = [t for t in here if t is not None and "null" not in json.dumps(t) and "val" not in json.dumps(t) and t not in kinds]
                    count["exact" if exact else "wrong" if concrete else "not known"] += 1
                    if not exact:
                        examples["wrong" if concrete else "not known"].append(f"{signature} {body}: {local} is {kind}, said {here}")
    for outcome, list_ in examples.items():
        for example in list_[:args.show]:
            print(f"{outcome}: {example}")
    types = count["exact"] + count["wrong"] + count["not known"]
    rejected = count["found"] + count["missed"]
    exact, found = 100 * count["exact"] / types, 100 * count["found"] / rejected
    lines = 100 * count["line right"] / max(1, count["line right"] + count["line wrong"])
    print(f"Triton {compiler.version}: {count['accepted']} kernels accepted, {count['false errors']} false errors; {types} types: {exact:.2f} % exact, {count['wrong']} wrong, "
          f"{count['not known']} not known; {rejected} kernels rejected: {found:.2f} % found, line {lines:.1f} %")
    return 1 if args.floors and (count["wrong"] or count["false errors"] or exact < 97 or found < 95 or lines < 95) else 0


if __name__ == "__main__":
    sys.exit(main())
