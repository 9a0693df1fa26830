#!/usr/bin/env python3
"""Compares `trident check` with what PyTorch did (tests/data/facts), and fails when a figure falls below its floor.

facts.py ops|models|edits [--trident FILE] [--site DIR] [--only GLOB] [--every N] [--floors] [--show N]

--site     the folder with torchvision/, timm/, ... at the versions of tests/data/facts/README.md
--only     ids (for ops: operator names) that match
--every    every N-th fact only: a quick sample
--floors   also hold tests/oracle/floors.txt, and exit 1 where a floor is broken
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# One expression costs microseconds, a process milliseconds: this many expressions share one.
OPS_IN_A_FILE = 400
# A name bound to this many types has more that were not recorded, so another type is not wrong.
TYPES_RECORDED = 12


class Answer:
    """What one run of `trident check` said, or why it said nothing."""

    def __init__(self, trident, file, roots):
        command = [trident, "check", "--format", "json", "--bindings", *(x for r in roots for x in ("--python-path", str(r))), str(file)]
        self.problem, self.bindings, self.errors, self.models = "", [], [], []
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120)
            said = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            self.problem = "longer than 120 s"
        except ValueError:
            self.problem = f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-200:].strip()}"
        else:
            self.bindings = said["bindings"]
            self.models = said["models"]
            self.errors = [d for d in said["diagnostics"] if d["severity"] == "error"]


def key(type_):
    return json.dumps(type_, sort_keys=True)


def is_concrete(type_):
    """A tensor type whose every size is a number."""
    return isinstance(type_, list) and len(type_) == 2 and isinstance(type_[1], list) and all(type(size) is int for size in type_[1])


def read_facts(kind, only, every):
    with gzip.open(ROOT / f"tests/data/facts/{kind}.jsonl.gz", "rt") as file:
        facts = [f for f in map(json.loads, file) if fnmatch.fnmatch(f.get("id", f.get("op")), only)]
    return facts[::every]


class Tally(collections.Counter):
    """Counts by outcome, with a few examples of each."""

    def __init__(self):
        super().__init__()
        self.examples = collections.defaultdict(list)

    def add(self, outcome, example=None, count=1):
        self[outcome] += count
        if example and count:
            self.examples[outcome].append(example)

    def merge(self, other):
        self.update(other)
        for outcome, examples in other.examples.items():
            self.examples[outcome] += examples

    def percent(self, part, *whole):
        total = sum(self[w] for w in whole)
        return 100 * self[part] / total if total else 100.0


# --- models: every local of every executed line ---------------------------------------------------------------------
def place(path, site, driver):
    real = os.path.realpath(path)
    if real == os.path.realpath(driver):
        return "<driver>"
    return os.path.relpath(real, os.path.realpath(site))


def check_model(fact, trident, site):
    tally = Tally()
    tally.add("programs")
    with tempfile.TemporaryDirectory() as folder:
        driver = pathlib.Path(folder) / "driver.py"
        driver.write_text(fact["src"])
        answer = Answer(trident, driver, [site])
        said = collections.defaultdict(dict)
        for b in answer.bindings:
            said[place(b["file"], site, driver), b["line"], b["name"]].update((key(t), t) for t in b["types"])
        tally.add("failed", f"{fact['id']}: {answer.problem}", 1 if answer.problem else 0)
        for error in answer.errors[:1]:
            tally.add("false_error_programs", f"{fact['id']}: {place(error['file'], site, driver)}:{error['line']}: [{error['code']}] {error['message']}")
    for file, line, name, types in fact["lines"]:
        # Parameters and returned values are facts about calls; a binding is what a line of the file assigns.
        if name == "return" or name.startswith("("):
            continue
        true, mine = {key(t) for t in types}, said.get((file, line, name), {})
        here = f"{fact['id']}: {file}:{line}: {name}"
        tally.add("exact", count=len(true & mine.keys()))
        tally.add("missed", f"{here} is {' '.join(sorted(true))[:90]}, said {' '.join(mine)[:90] or 'nothing'}", len(true - mine.keys()))
        if len(types) < TYPES_RECORDED:
            wrong = [k for k, t in mine.items() if is_concrete(t) and k not in true]
            tally.add("wrong", f"{here} is {' '.join(sorted(true))[:90]}, said {' '.join(wrong)[:90]}", len(wrong))
    count_model(fact, answer.models, tally)
    return fact["id"], tally


def count_model(fact, models, tally):
    """Parameters of the last model, and what FlopCounterMode counted while the whole program ran.

    The facts were recorded on the meta device where it could run them, else on a CPU. There FlopCounterMode has no formula
    for the kernel of scaled_dot_product_attention (aten._scaled_dot_product_flash_attention_for_cpu) and counts nothing.
    """
    if "params" in fact:
        exact = bool(models) and models[-1]["parameters"] == fact["params"]
        tally.add("params_exact" if exact else "params_wrong", f"{fact['id']}: {fact['params']:,} parameters")
    if not fact.get("flops"):
        return
    known = bool(models) and all(model["flops"] is not None for model in models)
    total = sum(model["flops"] for model in models) if known else None
    attention = sum(model["attention_flops"] for model in models)
    equal = total == fact["flops"]
    on_cpu = known and attention > 0 and total - attention == fact["flops"]
    tally.add("flops_exact" if equal else "flops_on_cpu" if on_cpu else "flops_wrong", f"{fact['id']}: {fact['flops']:,} FLOP, said {total}")


def measure_models(tally):
    return {"programs": tally["programs"], "facts": tally["exact"] + tally["missed"], "recall": tally.percent("exact", "exact", "missed"),
            "precision": tally.percent("exact", "exact", "wrong"), "false_error_programs": tally["false_error_programs"], "failed": tally["failed"], "parameters": tally.percent("params_exact", "params_exact", "params_wrong"),
            "flops": 100 - tally.percent("flops_wrong", "flops_exact", "flops_on_cpu", "flops_wrong"),
            "flops_with_attention": tally.percent("flops_exact", "flops_exact", "flops_on_cpu", "flops_wrong")}


# --- ops: one expression a line -------------------------------------------------------------------------------------
def check_ops(batch, trident):
    results = []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "ops.py"
        file.write_text("import torch\n" + "".join(f"v{n} = {fact['expr']}\n" for n, fact in enumerate(batch)))
        answer = Answer(trident, file, [])
    types = {b["name"]: b["types"] for b in answer.bindings}
    errors = {e["line"]: e for e in answer.errors}
    for n, fact in enumerate(batch):
        tally = Tally()
        said, error = types.get(f"v{n}", []), errors.get(n + 2)
        one = said[0] if len(said) == 1 else None
        if answer.problem:
            outcome = "failed"
        elif "err" in fact:
            outcome = "found" if error else "overlooked"
        elif error:
            outcome = "false_errors"
        elif key(one) == key(fact["out"]):
            outcome = "exact"
        elif is_concrete(one) or (isinstance(one, dict) and is_concrete(fact["out"])):
            outcome = "wrong"
        else:
            outcome = "unknown"
        told = error["message"] if error else key(one)
        tally.add(outcome, f"{fact['expr'][:160]}: PyTorch {key(fact.get('out', fact.get('msg')))[:100]}, Trident {(answer.problem or told)[:100]}")
        results.append((fact["op"], tally))
    return results


def measure_ops(tally):
    valid = ("exact", "unknown", "wrong", "false_errors")
    return {"valid": sum(tally[o] for o in valid), "exact": tally.percent("exact", *valid), "wrong": tally["wrong"], "false_errors": tally["false_errors"],
            "invalid": tally["found"] + tally["overlooked"], "found": tally.percent("found", "found", "overlooked"), "failed": tally["failed"]}


# --- edits: one mistake in one file of a package ----------------------------------------------------------------------
def apply_edit(source, edit):
    line, start, end, old, new = edit
    lines = source.split(b"\n")
    text = lines[line - 1]
    if text[start:end] != old.encode():
        return None
    lines[line - 1] = text[:start] + new.encode() + text[end:]
    return b"\n".join(lines)


def check_edits(facts, trident, site):
    """All the mistakes of one file: a tree of links to the package, in which only that file is a copy."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        file = facts[0]["file"]
        package = file.split("/")[0]
        shutil.copytree(os.path.realpath(site / package), pathlib.Path(folder) / package, copy_function=os.symlink)
        target, driver = pathlib.Path(folder) / file, pathlib.Path(folder) / "driver_.py"
        source = target.read_bytes()
        target.unlink()
        for fact in facts:
            tally = Tally()
            results.append((fact["id"], tally))
            edited = apply_edit(source, fact["edit"])
            if edited is None:
                tally.add("stale", fact["id"])
                continue
            target.write_bytes(edited)
            driver.write_text(fact["src"])
            answer = Answer(trident, driver, [folder, site])
            said = {(place(e["file"], folder, driver), e["line"]) for e in answer.errors}
            if answer.problem:
                outcome = "failed"
            elif fact["status"] == "error":
                # Any frame of PyTorch's traceback is a fair place, and so is the edited line.
                fair = {tuple(f) for f in fact["error"]["frames"]} | {(file, fact["edit"][0])}
                outcome = "located" if said & fair else "elsewhere" if said else "missed"
            else:
                outcome = "false_alarms" if said else "quiet"
            change = f"{fact['edit'][3][:50]!r} -> {fact['edit'][4][:50]!r}"
            tally.add(outcome, f"{fact['id']}: line {fact['edit'][0]}: {change}: {answer.problem or fact.get('error', {}).get('msg', '')[:100]}")
    return results


def measure_edits(tally):
    return {"breaking": tally["located"] + tally["elsewhere"] + tally["missed"], "located": tally.percent("located", "located", "elsewhere", "missed"),
            "harmless": tally["quiet"] + tally["false_alarms"], "false_alarms": tally["false_alarms"], "failed": tally["failed"], "stale": tally["stale"]}


# --- all --------------------------------------------------------------------------------------------------------------
def chunks(items, size):
    return [items[i:i + size] for i in range(0, len(items), size)]


def run(kind, facts, a):
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        if kind == "models":
            return list(pool.map(lambda f: check_model(f, a.trident, a.site), facts))
        if kind == "ops":
            groups = pool.map(lambda b: check_ops(b, a.trident), chunks(facts, OPS_IN_A_FILE))
        else:
            files = collections.defaultdict(list)
            for fact in facts:
                files[fact["file"]].append(fact)
            # A file with many edits is cut, so that no processor waits for the last one.
            batches = [b for group in files.values() for b in chunks(group, 20)]
            groups = pool.map(lambda b: check_edits(b, a.trident, a.site), batches)
        return [result for group in groups for result in group]


def total(results, pattern="*"):
    tally = Tally()
    for name, one in results:
        if fnmatch.fnmatch(name, pattern):
            tally.merge(one)
    return tally


def shown(measures):
    return "  ".join(f"{name} {value:.2f}%" if isinstance(value, float) else f"{name} {value}" for name, value in measures.items())


def hold_floors(kind, results, measure):
    """Prints every floor of this kind with its figure; the number that do not hold."""
    broken = 0
    for line in (HERE / "floors.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if not words or words[0] != kind:
            continue
        _, pattern, name, relation, limit = words
        value = measure(total(results, pattern))[name]
        holds = value >= float(limit) if relation == ">=" else value <= float(limit)
        broken += not holds
        print(f"{'holds ' if holds else 'BROKEN'} {kind} {pattern}: {name} {round(value, 3)} {relation} {limit}")
    return broken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["ops", "models", "edits"])
    parser.add_argument("--trident", type=pathlib.Path, default=ROOT / "build/trident")
    parser.add_argument("--site", type=pathlib.Path, default=ROOT / ".cache/site")
    parser.add_argument("--only", default="*")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--floors", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    a = parser.parse_args()
    a.trident, a.site = a.trident.resolve(), a.site.resolve()
    measure = {"ops": measure_ops, "models": measure_models, "edits": measure_edits}[a.kind]
    results = run(a.kind, read_facts(a.kind, a.only, a.every), a)
    for name in sorted({name.split("/")[0] for name, _ in results}) if a.kind != "ops" else []:
        print(f"{name:10} {shown(measure(total(results, name + '/*')))}")
    everything = total(results)
    print(f"{a.kind}: {shown(measure(everything))}")
    for outcome, examples in everything.examples.items():
        for example in examples[:a.show] if outcome not in ("exact", "found", "located", "quiet", "flops_exact", "params_exact") else []:
            print(f"  {outcome}: {example}")
    if a.floors:
        return 1 if hold_floors(a.kind, results, measure) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
