#!/usr/bin/env python3
"""Compares `trident check` with what Triton's compiler said of small kernels (tests/data/facts/triton.jsonl.gz).

triton_facts.py [--trident FILE] [--facts FILE] [--only GLOB] [--show N] [--launch] [--resources] [--vectors] [--floors]

--launch   give the types by a launch with tensors instead of a signature
--resources  compare the shared memory of matrix products instead; with --floors, 97 % must be exact
--vectors  compare how wide loads and stores are instead; with --floors, all must be exact
--floors   exit 1 below the floors: verdict 97 %, line 95 % of the errors, no false error
"""
import argparse
import ast
import collections
import fnmatch
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TORCH = {"fp16": "float16", "bf16": "bfloat16", "fp32": "float32", "fp64": "float64", "i1": "bool", "u1": "bool", "fp8e5": "float8_e5m2",
         "fp8e4nv": "float8_e4m3fn", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64", "u8": "uint8", "u16": "uint16", "u32": "uint32"}
PRELUDE = """import math, numpy as np, torch, triton, triton.language as tl
from triton.compiler import ASTSource
from triton.backends.compiler import GPUTarget
GL = 42
GA: tl.constexpr = 43
GC = tl.constexpr(44)
def plain(x): return x+1
@triton.jit
def two(a, b): return a+b
"""


def file_of(fact, launch):
    """The text of a module that describes the kernel's use, and the line of the kernel's def."""
    text = PRELUDE
    for helper in fact.get("helpers", []):
        name = helper.split("(")[0].split()[-1]
        if name in ("plain", "two"):
            continue
        text += ("@triton.jit(noinline=True)\n" if name == "noin" else "@triton.jit\n") + helper + "\n"
    source = fact["source"]
    decorators = source[:source.index("def ")].count("\n")
    start = text.count("\n") + 1 + decorators
    text += source + "\n"
    backend, arch = fact["target"].split(":")
    name = fact["id"] if f"def {fact['id']}(" in source else source.split("def ")[1].split("(")[0]
    if launch:
        values = []
        for parameter, kind in fact["signature"].items():
            if kind == "constexpr":
                values.append(f"{parameter}={fact['constants'].get(parameter)}")
            elif kind.startswith("*"):
                values.append(f"{parameter}=torch.empty(64, dtype=torch.{TORCH[kind.lstrip('*k')]}, device='cuda')")
            elif kind in ("i32", "fp32", "i64", "i1", "u1"):
                values.append(f"{parameter}=" + {"i32": "7", "fp32": "1.5", "i64": "2**40", "i1": "True", "u1": "True"}[kind])
            else:
                return None, 0
        text += f"{name}[(1,)]({', '.join(values)})\n"
    else:
        constants = ", ".join(f"{k!r}: {v}" for k, v in fact["constants"].items())
        text += f"source = ASTSource(fn={name}, signature={fact['signature']!r}, constexprs={{{constants}}})\n"
        text += f"triton.compile(source, target=GPUTarget({backend!r}, {arch if arch.isdigit() else repr(arch)}, 32))\n"
    return text, start


MATMUL = PRELUDE + """
@triton.jit
def mm(a_ptr, b_ptr, c_ptr, K, sam, sbk, scm, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    rm, rn, rk = tl.program_id(0) * BM + tl.arange(0, BM), tl.program_id(1) * BN + tl.arange(0, BN), tl.arange(0, BK)
    a_ptrs = a_ptr + rm[:, None] * sam + rk[None, :]
    b_ptrs = b_ptr + rk[:, None] * sbk + rn[None, :]
    acc = tl.zeros((BM, BN), dtype=ACC)
    for k in range(0, K, BK):
        acc = tl.dot(tl.load(a_ptrs), tl.load(b_ptrs), acc, out_dtype=ACC)
        a_ptrs += BK
        b_ptrs += BK * sbk
    tl.store(c_ptr + rm[:, None] * scm + rn[None, :], acc)


"""


def measure_resources(args, facts):
    """Shared memory of plain matrix products."""
    exact, wrong = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for n, fact in enumerate(facts):
            dtype, sizes, stages, warps = fact["config"].split()[:4]
            bm, bn, bk = (int(size) for size in sizes.split("x"))
            file = pathlib.Path(folder) / f"mm_{n}.py"
            acc = "tl.int32" if dtype == "int8" else "tl.float32"
            kind = {"int8": "i8", "fp8": "fp8e5"}.get(dtype, dtype)
            signature = {"a_ptr": f"*{kind}", "b_ptr": f"*{kind}", "c_ptr": "*fp32", "K": "i32", "sam": "i32", "sbk": "i32", "scm": "i32"}
            backend, arch = fact["target"].split(":")
            file.write_text(MATMUL.replace("ACC", acc) + f"source = ASTSource(fn=mm, signature={signature!r}, constexprs={{'BM': {bm}, 'BN': {bn}, 'BK': {bk}}})\n"
                            f"triton.compile(source, target=GPUTarget({backend!r}, {arch if arch.isdigit() else repr(arch)}, 32), "
                            f"options={{'num_warps': {warps[1:]}, 'num_stages': {stages[2:]}}})\n")
            done = subprocess.run([args.trident, "check", "--no-cache", "--dump", "kernels", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            said = [part.split("=")[1] for part in done.stdout.split() if part.startswith(fact["target"] + "=")][-1:]
            if said == [str(fact["shared"])]:
                exact += 1
            else:
                wrong.append(f"{fact['target']} {fact['config']}: {fact['shared']}, said {said}")
    print("\n".join(wrong[:args.show]))
    print(f"{len(facts)} matrix products: shared memory exact in {100 * exact / len(facts):.1f} %")
    return 1 if args.floors and exact < 0.97 * len(facts) else 0


def width_of(instruction):
    """Bits that one instruction moves: ld.global.v4.b32 has 128."""
    *_, last = parts = instruction.split(".")
    return int(last[1:]) * next((int(part[1:]) for part in parts if part[0] == "v" and part[1:].isdigit()), 1)


def measure_vectors(args, facts):
    """How many bits loads and stores move at once."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for fact in facts:
            signature = {name: kind + ":16" * (name in fact["divisible16"]) for name, kind in fact["signature"].items()}
            constants = ", ".join(f"{k!r}: {v}" for k, v in fact["constants"].items())
            file = pathlib.Path(folder) / f"{fact['id']}.py"
            file.write_text(PRELUDE + fact["source"] + f"\nsource = ASTSource(fn={fact['id']}, signature={signature!r}, constexprs={{{constants}}})\n"
                            f"triton.compile(source, target=GPUTarget('cuda', 80, 32), options={{'num_warps': {fact['num_warps']}}})\n")
            done = subprocess.run([args.trident, "check", "--no-cache", "--dump", "kernels", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            said = {"load": set(), "store": set()}
            for words in map(str.split, done.stdout.splitlines()):
                if words[:1] == ["line"]:
                    said[words[2]].add(int(words[3]) * int(words[5]))
            true = {"load": set(map(width_of, fact["loads"])), "store": set(map(width_of, fact["stores"]))}
            if said != true:
                wrong.append(f"{fact['id']}: {true}, said {said}")
    print("\n".join(wrong[:args.show]))
    print(f"{len(facts)} kernels: widths of all loads and stores exact in {100 * (len(facts) - len(wrong)) / len(facts):.1f} %")
    return 1 if args.floors and wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trident", default=ROOT / "build/trident")
    parser.add_argument("--facts", default=ROOT / "tests/data/facts/triton.jsonl.gz")
    parser.add_argument("--only", default="*")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--launch", action="store_true")
    parser.add_argument("--resources", action="store_true")
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--floors", action="store_true")
    args = parser.parse_args()
    with gzip.open(args.facts, "rt") as file:
        rows = list(map(json.loads, file))
    if args.resources:
        return measure_resources(args, [f for f in rows if f["kind"] == "resource" and f["kernel"] == "mm"])
    if args.vectors:
        return measure_vectors(args, [f for f in rows if f["kind"] == "vector" and fnmatch.fnmatch(f["id"], args.only)])
    facts = [f for f in rows if f["kind"] == "probe" and fnmatch.fnmatch(f["id"], args.only)]
    count, examples = collections.Counter(), collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        places = {}
        for n, fact in enumerate(facts):
            text, start = file_of(fact, args.launch)
            if text is None:
                count["left out"] += 1
                continue
            file = pathlib.Path(folder) / f"probe_{n}.py"
            file.write_text(text)
            places[str(file)] = (fact, start)
        done = subprocess.run([args.trident, "check", "--format", "json", *places], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = collections.defaultdict(list)
        for d in json.loads(done.stdout)["diagnostics"]:
            if d["severity"] == "error":
                said[d["file"]].append(d)
        for file, (fact, start) in places.items():
            errors = said[file]
            must_fail = fact["verdict"] == "error"
            told = "; ".join(f"{d['line'] - start + 1}: [{d['code']}] {d['message']}" for d in errors)
            outcome = ("found" if errors else "missed") if must_fail else ("false" if errors else "clean")
            count[outcome] += 1
            example = f"{fact['id']}: {fact['source'].splitlines()[-1].strip()[:100]}  Triton: {(fact.get('error') or ['ok'])[-1][:90]}  Trident: {told[:200]}"
            if outcome in ("missed", "false"):
                examples[outcome].append(example)
            if outcome == "found" and fact.get("pos"):
                # A position inside Triton's own library is the user's call; a helper's line is fair too.
                length = fact["source"].count("\n") + 1
                lines = {p[0] for p in fact["pos"] if p[0] <= length}
                right = any(d["line"] - start + 1 in lines for d in errors) or any(d["line"] < start for d in errors if fact.get("helpers"))
                count["line right" if right else "line wrong"] += 1
                if not right:
                    examples["line wrong"].append(example + f" at {fact['pos']}")
    total = count["found"] + count["missed"] + count["false"] + count["clean"]
    verdict = 100 * (count["found"] + count["clean"]) / max(1, total)
    lines = 100 * count["line right"] / max(1, count["line right"] + count["line wrong"])
    for outcome, list_ in examples.items():
        for example in list_[:args.show]:
            print(f"{outcome}: {example}")
    print(f"{total} kernels: verdict {verdict:.1f} %, {count['missed']} missed, {count['false']} false errors, line {lines:.1f} % of {count['line right'] + count['line wrong']}")
    if args.floors and (verdict < 97 or lines < 95 or count["false"]):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
