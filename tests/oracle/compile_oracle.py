#!/usr/bin/env python3
"""Generated code must compute what the original computes.

  compile_oracle.py TRIDENT FACTS.jsonl.gz [--levels 0123] [--only GLOB] [--least N] [--roots DIR…] [--cases] [--show]

For every driver program of the facts (one that builds a model and calls it), Trident generates code at each level; the
original and the generated model then run under the PyTorch at hand with the same weights and inputs. A model passes a
level when all its outputs agree within 1e-4 relative to the largest number of the output (1e-3 from level 2 on, where
batch norms are folded into weights). Models that the installed packages cannot build, and models that Trident refuses,
are counted and named, and so are those whose difference vanishes in double precision; any other wrong number, or
generated code that fails to run, is an error. Exit 1 on errors or when fewer than --least models pass at some level.
Needs torch; the packages the drivers import (torchvision, timm) are read from where Python finds them, or from --roots.
"""
import argparse, collections, fnmatch, gzip, json, os, subprocess, sys, tempfile, time, traceback

import compile_cases


def find_packages(roots):
    sys.path.extend(roots)
    import importlib.util
    found = []
    for name in ("torchvision", "timm"):
        spec = importlib.util.find_spec(name)
        if spec and spec.submodule_search_locations:
            found.append(os.path.dirname(list(spec.submodule_search_locations)[0]))
    return list(dict.fromkeys(found + roots))


def tensors(value, out):
    import torch
    if isinstance(value, torch.Tensor):
        out.append(value)
    elif isinstance(value, dict):
        for each in value.values():
            tensors(each, out)
    elif isinstance(value, (list, tuple)):
        for each in value:
            tensors(each, out)
    return out


def capture(source, directory):
    """Runs the driver; returns the model, and the arguments and result of its call."""
    import torch
    namespace = {"__name__": "__main__", "__file__": os.path.join(directory, "driver.py")}
    torch.manual_seed(0)
    # The last line is the call `out = model(...)`; everything before it builds the model and the inputs.
    lines = source.rstrip("\n").split("\n")
    exec(compile("\n".join(lines[:-1]), "driver", "exec"), namespace)
    model = namespace["model"]
    randomise(model)
    call = {}
    forward = model.forward

    def spy(*args, **kwargs):
        call["args"], call["kwargs"] = args, kwargs
        return forward(*args, **kwargs)

    copy = {key: value.clone() if isinstance(value, torch.Tensor) else value for key, value in namespace.items()}
    model.forward = spy
    torch.manual_seed(0)
    with torch.no_grad():
        exec(compile(lines[-1], "driver", "exec"), namespace)
    del model.forward
    return model, copy, lines[-1], namespace["out"]


def randomise(model):
    """Statistics and weights that a constructor leaves at 0 or 1 would hide mistakes."""
    import torch
    generator = torch.Generator().manual_seed(1)
    for name, value in model.state_dict().items():
        if name.endswith("running_mean"):
            value.copy_(torch.randn(value.shape, generator=generator) * 0.1)
        elif name.endswith("running_var"):
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
        elif value.is_floating_point() and value.dim() <= 1:
            value.add_(torch.randn(value.shape, generator=generator) * 0.05)
        elif value.is_floating_point() and not value.any():
            value.copy_(torch.randn(value.shape, generator=generator) * 0.02)


def shim():
    """Operators that this PyTorch lacks, spelled out."""
    import math, torch
    F = torch.nn.functional
    if not hasattr(F, "scaled_dot_product_attention"):
        def attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
            scale = 1 / math.sqrt(query.size(-1)) if scale is None else scale
            if enable_gqa:
                key = key.repeat_interleave(query.size(-3) // key.size(-3), -3)
                value = value.repeat_interleave(query.size(-3) // value.size(-3), -3)
            scores = query @ key.transpose(-2, -1) * scale
            if is_causal:
                keep = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device).tril()
                scores = scores.masked_fill(~keep, float("-inf"))
            if attn_mask is not None:
                scores = scores.masked_fill(~attn_mask, float("-inf")) if attn_mask.dtype == torch.bool else scores + attn_mask
            return F.dropout(scores.softmax(-1), dropout_p, dropout_p > 0) @ value
        F.scaled_dot_product_attention = attention
    if not hasattr(F, "rms_norm"):
        def rms_norm(input, normalized_shape, weight=None, eps=None):
            eps = torch.finfo(input.dtype).eps if eps is None else eps
            result = input * torch.rsqrt(input.pow(2).mean([-i - 1 for i in range(len(normalized_shape))], keepdim=True) + eps)
            return result if weight is None else result * weight
        F.rms_norm = rms_norm


def compare(expected, got, tolerance):
    import torch
    a, b = tensors(expected, []), tensors(got, [])
    if len(a) != len(b):
        return f"{len(b)} outputs instead of {len(a)}"
    worst = 0.0
    for x, y in zip(a, b):
        if x.shape != y.shape or x.dtype != y.dtype:
            return f"{y.dtype} {list(y.shape)} instead of {x.dtype} {list(x.shape)}"
        if x.numel() == 0:
            continue
        x, y = x.double() if not x.is_complex() else x, y.double() if not y.is_complex() else y
        if torch.isnan(x).any() or torch.isinf(x).any():
            if not torch.allclose(x, y, rtol=tolerance, equal_nan=True):
                return "different infinities"
            continue
        scale = float(x.abs().max()) or 1.0
        worst = max(worst, float((x - y).abs().max()) / scale)
    return "" if worst <= tolerance else f"differs by {worst:.2e} relative"


def load(generated, name, model):
    """The generated module with the original's weights."""
    other = generated[name]().to(next((each.dtype for each in model.parameters()), None))
    state = model.state_dict()
    if "convert_state_dict" in generated:
        state = generated["convert_state_dict"](state)
    other.load_state_dict(state)
    return other.train(model.training)


def in_double(model, generated, name, namespace, call):
    """What is different when both run in double precision; single precision says nothing of a model that amplifies rounding."""
    import copy, torch
    outputs, model = [], copy.deepcopy(model).double()
    for each in (model, load(generated, name, model)):
        scope = {key: value.double() if isinstance(value, torch.Tensor) and value.is_floating_point() else value for key, value in namespace.items()}
        scope["model"] = each
        torch.manual_seed(0)
        with torch.no_grad():
            exec(compile(call, "driver", "exec"), scope)
        outputs.append(scope["out"])
    return compare(*outputs, 1e-7)


def one_model(trident, record, levels, roots, keep):
    """{level: "" when equal, else what is wrong}, or the reason why nothing could be compared."""
    import torch
    shim()
    with tempfile.TemporaryDirectory() as directory:
        driver = os.path.join(directory, "driver.py")
        with open(driver, "w") as file:
            file.write(record["src"])
        texts, results = {}, {}
        for level in levels:
            command = [trident, "compile", f"-O{level}"]
            for root in roots:
                command += ["--python-path", root]
            done = subprocess.run(command + [driver], capture_output=True, text=True, timeout=120)
            if done.returncode:
                results[level] = "refused: " + done.stderr.strip().split("trident: ")[-1]
            else:
                texts[level] = done.stdout
            if keep and not done.returncode:
                name = record["id"].replace("/", "_")
                with open(os.path.join(keep, f"{name}_O{level}.py"), "w") as file:
                    file.write(done.stdout)
                with open(os.path.join(keep, f"{name}_original.py"), "w") as file:
                    file.write(record["src"])
        if not texts:
            return results
        try:
            model, namespace, call, expected = capture(record["src"], directory)
        except Exception as error:
            return f"cannot run here: {type(error).__name__}: {str(error).splitlines()[0][:100] if str(error) else ''}"
        for level, text in texts.items():
            generated, made = {"__name__": "generated"}, os.path.join(directory, f"generated_O{level}.py")
            try:
                # Triton reads the source of its kernels from the file.
                with open(made, "w") as file:
                    file.write(text)
                exec(compile(text, made, "exec"), generated)
                name = text.split("\n", 2)[1].split(" ")[1]
                other = load(generated, name, model)
                scope = {key: value.clone() if isinstance(value, torch.Tensor) else value for key, value in namespace.items()}
                scope["model"] = other
                torch.manual_seed(0)
                with torch.no_grad():
                    exec(compile(call, "driver", "exec"), scope)
                results[level] = compare(expected, scope["out"], 1e-3 if int(level) >= 2 else 1e-4)
                if results[level].startswith("differs") and not in_double(model, generated, name, namespace, call):
                    results[level] = "sensitive: " + results[level] + ", and not in double precision"
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                line = text.split("\n")[last.lineno - 1].strip() if last.filename == made else ""
                results[level] = f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''} in `{line}`"
        return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trident")
    parser.add_argument("facts")
    parser.add_argument("--levels", default="0123")
    parser.add_argument("--only", default="*")
    parser.add_argument("--every", type=int, default=1, help="only each so manieth model")
    parser.add_argument("--part", default="0/1", help="K/N: the K-th of N parts, for several processors")
    parser.add_argument("--roots", nargs="*", default=[])
    parser.add_argument("--least", type=int, default=0)
    parser.add_argument("--limit", type=float, default=1e12, help="leave out models with more FLOPs")
    parser.add_argument("--keep", help="a folder for the generated files")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--cases", action="store_true", help="the models of compile_cases.py too")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("needs torch: apt-get install python3-torch python3-torchvision, or pip install torch torchvision")
        return 77
    torch.set_num_threads(int(os.environ.get("THREADS", "1")))
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    roots = find_packages(options.roots)
    if not roots:
        print("needs torchvision: apt-get install python3-torchvision, or pip install torchvision")
        return 77
    records = [record for record in compile_cases.records() if fnmatch.fnmatch(record["id"], options.only) or options.cases]
    with gzip.open(options.facts, "rt") as lines:
        records += [record for record in map(json.loads, lines) if fnmatch.fnmatch(record["id"], options.only) and (record.get("flops") or 0) <= options.limit]
    passed, wrong, refused, sensitive, skipped = collections.Counter(), [], collections.Counter(), collections.Counter(), 0
    part, parts = map(int, options.part.split("/"))
    for record in records[::options.every][part::parts]:
        start = time.time()
        outcome = one_model(os.path.abspath(options.trident), record, options.levels, roots, options.keep)
        if isinstance(outcome, str):
            skipped += 1
            if options.show:
                print(f"{record['id']}: {outcome}", flush=True)
            continue
        for level, what in outcome.items():
            if not what:
                passed[level] += 1
            elif what.startswith("refused: ") and not record["id"].startswith("case/"):
                refused[level] += 1
            elif what.startswith("sensitive: "):
                sensitive[level] += 1
            else:
                wrong.append((record["id"], level, what))
        if options.show and any(outcome.values()):
            for what in sorted(set(filter(None, outcome.values()))):
                print(f"{record['id']} -O{''.join(l for l in outcome if outcome[l] == what)}: {what}", flush=True)
    for name, level, what in wrong:
        print(f"WRONG {name} -O{level}: {what}")
    few = False
    for level in options.levels:
        print(f"level {level}: {passed[level]} models equal, {refused[level]} refused, {sensitive[level]} too sensitive, {sum(1 for w in wrong if w[1] == level)} wrong")
        few |= passed[level] < options.least
    print(f"{skipped} models cannot be run with the packages here")
    return 1 if wrong or few else 0


if __name__ == "__main__":
    sys.exit(main())
