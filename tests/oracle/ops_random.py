#!/usr/bin/env python3
"""Writes facts about random expressions over an installed torch, for ops_oracle.py to compare core/ops with.

  ops_random.py OUT.jsonl.gz [--seed N] [--count N] [--probe PROBE]

Each line is {"op": kind, "expr": text, "out": TYPE} or {..., "err": exception, "msg": text}. Kinds: indexing, chains of
views, arithmetic with mixed dtypes, in-place operations, reductions, joins, convolutions and pooling, matrix products.
--probe runs the comparison, and fails when core/ops says something wrong. Exits with 77 when torch is not installed.
"""
import argparse, gzip, json, os, random, subprocess, sys, warnings

try:
    import torch
except ImportError:
    print("torch is not installed")
    sys.exit(77)

NAMES = {torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16", torch.float64: "f64", torch.complex64: "c64", torch.complex128: "c128",
         torch.int64: "i64", torch.int32: "i32", torch.int16: "i16", torch.int8: "i8", torch.uint8: "u8", torch.bool: "bool"}
DTYPES = ["float32", "float16", "float64", "int64", "int32", "uint8", "bool", "complex64", "bfloat16", "int8"]
F = "torch.nn.functional."
pick = random.choice


def type_of(value):
    if isinstance(value, torch.Tensor):
        return [NAMES[value.dtype], list(value.shape)]
    if isinstance(value, (tuple, list)):
        return {"seq": [type_of(element) for element in value]}
    return {"val": value if isinstance(value, (bool, int)) else "float" if isinstance(value, float) else str(value)}


def sizes(low=0, high=4, among=(1, 2, 3, 4, 6, 0)):
    weights = [3, 4, 4, 4, 2, 0.4][:len(among)]
    return tuple(random.choices(among, weights=weights, k=random.randint(low, high)))


def tensor(shape=None):
    return f"torch.zeros({sizes() if shape is None else shape!r}{pick(['', '', '', '', ', dtype=torch.int64', ', dtype=torch.bool'])})"


def one_index(size):
    kind = random.random()
    if kind < 0.25:
        return str(pick([0, -1, 1, size - 1, -size, size, 5]))
    if kind < 0.55:
        start, stop = pick(["", "", "1", "-1", "2", "-2", "0", str(size)]), pick(["", "", "1", "-1", "2", "-2", "3", "9"])
        step = pick(["", "", "", ":2", ":3", ":1"])
        return f"{start}:{stop}{step}"
    if kind < 0.72:
        return pick(["None", "..."])
    if kind < 0.80:
        return str([pick([0, -1, 1]) for _ in range(random.randint(1, 3))])
    if kind < 0.88:
        return f"torch.zeros({sizes(0, 2, (1, 2, 3))!r}, dtype=torch.int64)"
    if kind < 0.97:
        return f"torch.tensor({[pick([True, False]) for _ in range(max(size, 1))]})"
    return pick(["True", "False", "torch.tensor(1)"])


def indexing():
    shape = sizes(1, 4)
    count = random.randint(1, len(shape) + (random.random() < 0.3))
    return f"{tensor(shape)}[{', '.join(one_index(shape[min(i, len(shape) - 1)]) for i in range(count))}]"


def factors(count):
    parts, rest = [], count
    while rest > 1 and len(parts) < 3:
        parts.append(pick([d for d in range(1, rest + 1) if rest % d == 0]))
        rest //= parts[-1]
    parts.append(rest)
    if random.random() < 0.4:
        parts[random.randrange(len(parts))] = -1
    return ", ".join(map(str, parts))


def view_step(value):
    rank = value.dim()
    axis = random.randrange(rank) if rank else 0
    order = random.sample(range(rank), rank)
    steps = [f".{pick(['view', 'reshape'])}({factors(value.numel())})"] * 4 + [f".unsqueeze({random.randint(-rank - 1, rank)})", ".squeeze()", ".contiguous()"]
    if rank:
        wide = ", ".join(str(pick([-1, size if size != 1 else 3])) for size in value.shape)
        steps += [f".permute({', '.join(map(str, order))})", f"[{pick([':', '1:', '::2', '0', '-1', 'None'])}]", f".flatten({axis})", f".expand({wide})",
                  f".chunk({random.randint(1, 3)}, {axis})[0]", f".squeeze({axis})"]
    if rank >= 2:
        steps += [f".transpose({axis}, {random.randrange(-rank, rank)})"] * 3 + [f"[:, {pick([':', '1:', '::2', '0', ':1'])}]"]
    return pick(steps)


def views():
    expression = f"torch.zeros({sizes(1, 4, (1, 2, 3, 4, 6))!r})"
    for _ in range(random.randint(1, 4)):
        value = eval(expression)
        expression += view_step(value)
        try:
            eval(expression)
        except Exception:
            return expression
    return expression + pick(["", "", ".is_contiguous()"])


def operand():
    if random.random() < 0.2:
        return pick(["2", "2.5", "True", "(1+2j)"])
    return f"torch.ones({pick([(), (3,), (2, 3), (1,), (2, 1)])!r}, dtype=torch.{pick(DTYPES)})"


def arithmetic():
    left = operand()
    right = operand() if left.startswith("torch") else f"torch.ones((3,), dtype=torch.{pick(DTYPES)})"
    return f"{left} {pick(['+', '-', '*', '/', '//', '%', '**', '==', '<', '&', '|', '>', '!='])} {right}"


def in_place():
    call = pick([f"{pick(['add_', 'mul_', 'sub_', 'div_', 'pow_', 'copy_'])}({operand()})", "clamp_(min=0.5)", "fill_(1.5)", "zero_()", "abs_()", "exp_()",
                 "masked_fill_(torch.ones((3,), dtype=torch.bool), 0)"])
    return f"torch.ones({pick([(3,), (2, 3), ()])!r}, dtype=torch.{pick(DTYPES)}).{call}"


def reduction():
    name = pick(["sum", "mean", "amax", "amin", "argmax", "var", "std", "max", "min", "median", "norm", "logsumexp", "cumsum", "softmax", "sort", "topk", "unbind",
                 "mode", "nansum", "count_nonzero", "flip"])
    dim = pick(["-1", "0", "1"] + (["(0, 1)", "(-1,)", "[0]", ""] if name in ("sum", "mean", "amax", "var", "std", "norm") else []))
    arguments = {"topk": ["1"], "norm": ["2"]}.get(name, []) + ([dim] if dim else [])
    if random.random() < 0.3 and name in ("sum", "mean", "amax", "amin", "var", "std", "norm", "nansum"):
        arguments.append("keepdim=True")
    return f"torch.zeros({sizes()!r}).{name}({', '.join(arguments)})"


def join():
    base = list(sizes(1, 3, (1, 2, 3)))

    def variant():
        shape = list(base)
        if random.random() < 0.5:
            shape[random.randrange(len(shape))] = pick([1, 2, 4])
        return tensor(tuple(shape + [2] * (random.random() < 0.1)))
    name = pick(["cat", "stack", "hstack", "vstack"])
    dim = f", {pick([0, 1, -1, 2])}" if name in ("cat", "stack") else ""
    return f"torch.{name}([{variant()}, {variant()}]{dim})"


def convolution():
    n, channels, groups = pick([1, 2, 3]), pick([2, 4]), pick([1, 1, 2])
    shape = tuple([pick([1, 2])] * pick([0, 1, 1]) + [channels if random.random() < 0.9 else 3] + [pick([4, 5, 7, 8]) for _ in range(n)])
    kernel = tuple(pick([1, 2, 3]) for _ in range(n))
    image = f"torch.zeros({shape})"
    return pick([
        f"{F}conv{n}d({image}, torch.zeros({(4, channels // groups) + kernel}), None, stride={pick([1, 2])}, padding={pick([0, 1])}, dilation={pick([1, 2])}, groups={groups})",
        f"{F}conv_transpose{n}d({image}, torch.zeros({(channels, 2) + kernel}), None, stride=2, padding={pick([0, 1])}, output_padding={pick([0, 1])}, groups={groups})",
        f"{F}max_pool{n}d({image}, {pick([2, 3])}, stride={pick(['None', '1', '2'])}, padding={pick([0, 1])}, ceil_mode={pick([True, False])}, return_indices=True)",
        f"{F}avg_pool{n}d({image}, {pick([2, 3])}, stride={pick(['None', '1', '2'])}, padding={pick([0, 1])}, ceil_mode={pick([True, False])})",
        f"{F}interpolate({image}, {pick(['scale_factor=2', 'size=5', 'scale_factor=0.5', 'scale_factor=1.3'])}, mode={pick(['nearest', 'bilinear', 'area'])!r})",
    ])


def product():
    left, right = sizes(1, 4, (1, 2, 3)), sizes(1, 4, (1, 2, 3))
    if random.random() < 0.6 and len(right) >= 2:
        right = right[:-2] + (left[-1], right[-1])
    return f"torch.zeros({left}) @ torch.zeros({right})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--probe")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    random.seed(arguments.seed)
    kinds = [indexing, indexing, views, views, arithmetic, in_place, reduction, join, convolution, product]
    with gzip.open(arguments.out, "wt") as out:
        for _ in range(arguments.count):
            kind = pick(kinds)
            record = {"op": kind.__name__, "expr": kind()}
            try:
                record["out"] = type_of(eval(record["expr"]))
            except Exception as error:
                # What a device or a release has no kernel for says nothing about shapes.
                if "not implemented" in str(error) or isinstance(error, KeyError):
                    continue
                record.update(err=type(error).__name__, msg=str(error)[:150])
            out.write(json.dumps(record) + "\n")
    if arguments.probe:
        oracle = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ops_oracle.py")
        sys.exit(subprocess.run([sys.executable, oracle, arguments.probe, arguments.out, "--strict", "--show", "20"]).returncode)


if __name__ == "__main__":
    main()
