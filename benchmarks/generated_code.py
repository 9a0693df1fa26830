#!/usr/bin/env python3
"""Measures generated code beside the original and torch.compile, on the device at hand.

  generated_code.py FOLDER [--device cuda|cpu] [--no-compile] [--seconds S] [--only GLOB]

FOLDER holds NAME_original.py (a driver whose last line is `out = model(...)`) and NAME_O0.py … NAME_O3.py, as
`trident compile NAME_original.py -O2 -o NAME_O2.py` writes them; `tests/oracle/compile_oracle.py --keep FOLDER` makes
such a folder. The drivers import what they need (torchvision, timm). Each form runs in turn, alternating, so that a
machine that slows down slows all of them; the figure is the median of the runs in milliseconds. Prints the machine, a
table, and the median ratio to eager of each column.
"""
import argparse, fnmatch, glob, os, platform, statistics, sys, time


def load_original(path):
    import torch
    with open(path) as file:
        lines = file.read().rstrip("\n").split("\n")
    namespace = {"__name__": "__main__", "__file__": path}
    torch.manual_seed(0)
    exec(compile("\n".join(lines[:-1]), path, "exec"), namespace)
    return namespace, lines[-1]


def load_generated(path, state):
    with open(path) as file:
        text = file.read()
    namespace = {"__name__": "generated"}
    exec(compile(text, path, "exec"), namespace)
    model = namespace[text.split("\n", 2)[1].split(" ")[1]]()
    model.load_state_dict(namespace["convert_state_dict"](state) if "convert_state_dict" in namespace else state)
    return model


def caller(namespace, call, model, device):
    import torch
    scope = {key: value.to(device) if isinstance(value, torch.Tensor) else value for key, value in namespace.items()}
    scope["model"] = model
    code = compile(call, "call", "exec")

    def run():
        with torch.no_grad():
            exec(code, scope)
        return scope["out"]
    return run


def largest_difference(expected, got):
    import torch
    if isinstance(expected, dict):
        expected, got = list(expected.values()), list(got.values())
    if isinstance(expected, (list, tuple)):
        return max([largest_difference(a, b) for a, b in zip(expected, got)] or [0.0])
    if not isinstance(expected, torch.Tensor) or not expected.is_floating_point() or expected.numel() == 0:
        return 0.0
    return float((expected - got).abs().max() / expected.abs().max().clamp_min(1e-12))


def measure(forms, device, seconds):
    """{name: median seconds}; the forms take turns."""
    import torch
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    for run in forms.values():
        for _ in range(3):
            run()
    wait()
    times = {name: [] for name in forms}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(times.values()))) < 5:
        for name, run in forms.items():
            start = time.perf_counter()
            run()
            wait()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--device", default="")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", default="*")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("needs torch")
        return 77
    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if options.threads:
        torch.set_num_threads(options.threads)
    hardware = torch.cuda.get_device_name() if device == "cuda" else f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads"
    with_compile = not options.no_compile and hasattr(torch, "compile")
    print(f"torch {torch.__version__} on {hardware}; milliseconds, medians")
    columns = ["eager", "-O0", "-O1", "-O2", "-O3"] + (["torch.compile"] if with_compile else [])
    print("| model | " + " | ".join(columns) + " | largest difference |")
    print("|" + " --- |" * (len(columns) + 2))
    ratios = {name: [] for name in columns}
    for original in sorted(glob.glob(os.path.join(options.folder, "*_original.py"))):
        name = os.path.basename(original)[:-len("_original.py")]
        if not fnmatch.fnmatch(name, options.only):
            continue
        try:
            namespace, call = load_original(original)
            state = namespace["model"].state_dict()
            generated = {f"-O{level}": original.replace("_original.py", f"_O{level}.py") for level in range(4)}
            models = {level: load_generated(path, state).to(device) for level, path in generated.items() if os.path.exists(path)}
            forms = {"eager": caller(namespace, call, namespace["model"].to(device), device)}
            expected = forms["eager"]()
            forms |= {level: caller(namespace, call, model, device) for level, model in models.items()}
            difference = max([largest_difference(expected, run()) for run in forms.values()])
            if with_compile:
                forms["torch.compile"] = caller(namespace, call, torch.compile(namespace["model"]), device)
            times = measure(forms, device, options.seconds)
        except Exception as error:
            print(f"| {name} | {type(error).__name__}: {str(error).splitlines()[0][:80] if str(error) else ''} |")
            continue
        for form, value in times.items():
            ratios[form].append(value / times["eager"])
        print(f"| {name} | " + " | ".join(f"{times[c] * 1e3:.3f}" if c in times else "" for c in columns) + f" | {difference:.1e} |", flush=True)
    print("median ratio to eager: " + ", ".join(f"{name} {statistics.median(values):.3f}" for name, values in ratios.items() if values))
    return 0


if __name__ == "__main__":
    sys.exit(main())
