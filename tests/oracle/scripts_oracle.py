#!/usr/bin/env python3
"""Runs whole programs, and the same programs with one mistake each, under a real torch, and compares what `trident check` says of them.

scripts_oracle.py [--trident FILE] [--show] [FILE...]    without files: tests/oracle/scripts

Exits 77 (skipped) where torch or numpy is not installed; `./dev setup --oracle` installs it.
- For every statement that binds a name to a tensor, the types of the run are compared with the binding of the name there: `exact` counts
  those that Trident has, `wrong` what it has with every size known and the run never made.
- A program ends with its mistakes, `# mistake: OLD -> NEW`: text that occurs once, and what is written in its place. What torch raises must be
  reported as an error at one of the lines of the traceback; `# mistake, elsewhere:` allows any line. Where torch raises nothing, no error may be
  reported.
Exit status 1 when a type is wrong, an error is false, a mistake is not found, or less than LEAST_EXACT of the types are exact.
"""
import argparse
import ast
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LEAST_EXACT = 0.97
MOST_TYPES = 12
NAMES = {"float16": "f16", "bfloat16": "bf16", "float32": "f32", "float64": "f64", "int8": "i8", "uint8": "u8", "int16": "i16", "int32": "i32",
         "int64": "i64", "bool": "bool", "complex64": "c64", "complex128": "c128"}


class Bound:
    """Which names each statement binds: by the line it starts at; every line of a statement leads to that one."""

    def __init__(self, source):
        self.start, self.names, self.bodies = {}, {}, {}
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.stmt):
                continue
            targets = []
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For)):
                targets = [node.target]
            names = {name.id for target in targets for name in self.plain(target)}
            end = node.body[0].lineno - 1 if isinstance(getattr(node, "body", None), list) else node.end_lineno
            for line in range(node.lineno, max(end, node.lineno) + 1):
                self.start[line] = node.lineno
            if names:
                self.names[node.lineno] = names
            if isinstance(node, ast.For):
                self.bodies[node.lineno] = range(node.body[0].lineno, node.body[-1].end_lineno + 1)

    def plain(self, target):
        if isinstance(target, ast.Name):
            yield target
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                yield from self.plain(element)


class Recorder:
    """Collects, through the tracing hook, the types of tensors that statements bind anew."""

    def __init__(self, path, bound, torch):
        self.path, self.bound, self.torch = path, bound, torch
        self.types, self.last, self.before = {}, {}, {}

    def note(self, frame, event):
        line = self.last.get(id(frame))
        body = self.bound.bodies.get(line)
        if line is None or (body is not None and (event == "return" or frame.f_lineno not in body)):
            return
        for name in self.bound.names.get(line, ()):
            value = frame.f_locals.get(name)
            if isinstance(value, self.torch.Tensor) and self.before[id(frame)].get(name) is not value:
                types = self.types.setdefault(f"{line} {name}", [])
                type_ = [NAMES.get(str(value.dtype).removeprefix("torch."), str(value.dtype)), list(value.shape)]
                if type_ not in types:
                    types.append(type_)

    def __call__(self, frame, event, _):
        if frame.f_code.co_filename != self.path:
            return None
        if event in ("call", "exception"):
            self.last.pop(id(frame), None)
            return self
        self.note(frame, event)
        line = self.last[id(frame)] = self.bound.start.get(frame.f_lineno, frame.f_lineno)
        self.before[id(frame)] = {name: frame.f_locals.get(name) for name in self.bound.names.get(line, ())}
        if event == "return":
            self.last.pop(id(frame), None)
        return self


def run(source, path, torch):
    """What the program did, in a process of its own: types by place, the lines of the traceback (None: it ended well)."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        bound = Bound(source)
        recorder, lines = Recorder(path, bound, torch), None
        module = type(sys)("__main__")
        sys.modules["__main__"], sys.argv = module, [path]
        torch.manual_seed(0)
        try:
            code = compile(source, path, "exec")
            sys.settrace(recorder)
            exec(code, module.__dict__)
        except Exception as error:
            lines = [bound.start.get(frame.lineno, frame.lineno) for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        finally:
            sys.settrace(None)
        with os.fdopen(write, "w") as out:
            json.dump([recorder.types, lines], out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def said_of(trident, source, path):
    pathlib.Path(path).write_text(source)
    done = subprocess.run([trident, "check", "--no-cache", "--format", "json", "--bindings", path], stdout=subprocess.PIPE, check=False)
    answer = json.loads(done.stdout)
    types = {}
    for binding in answer["bindings"]:
        types.setdefault(f"{binding['line']} {binding['name']}", []).extend(binding["types"])
    return types, [d for d in answer["diagnostics"] if d["severity"] == "error"]


def is_concrete(type_):
    return isinstance(type_, list) and len(type_) == 2 and isinstance(type_[1], list) and all(isinstance(size, int) for size in type_[1])


class Judge:
    def __init__(self, trident, torch, show):
        self.trident, self.torch, self.show = trident, torch, show
        self.count = dict.fromkeys(("programs", "types", "exact", "wrong", "false", "mistakes", "found", "harmless"), 0)

    def blame(self, what, *details):
        self.count[what] += 1
        print(f"{what}:", *details)

    def compare_types(self, name, made, said):
        for place, types in made.items():
            self.count["types"] += len(types)
            self.count["exact"] += sum(type_ in said.get(place, []) for type_ in types)
            if self.show:
                for type_ in types:
                    if type_ not in said.get(place, []):
                        print(f"missing: {name}:{place}: {type_}, said {said.get(place, [])[:3]}")
            for type_ in said.get(place, []) if len(types) < MOST_TYPES else []:
                if is_concrete(type_) and type_ not in types:
                    self.blame("wrong", f"{name}:{place}: {type_}, torch made {types[:3]}")

    def judge(self, file, folder):
        text = file.read_text()
        program = re.sub(r"(?m)^# mistake.*\n?", "", text)
        path = str(folder / file.name)
        made, lines = run(program, path, self.torch)
        if lines is not None:
            sys.exit(f"{file} fails at its lines {lines}")
        types, errors = said_of(self.trident, program, path)
        self.count["programs"] += 1
        self.compare_types(file.name, made, types)
        for error in errors:
            self.blame("false", f"{file.name}:{error['line']}: {error['message']}")
        for anywhere, old, new in re.findall(r"(?m)^# mistake(, elsewhere)?: (.*?) -> (.*)$", text):
            if program.count(old) != 1:
                sys.exit(f"{file}: `{old}` occurs {program.count(old)} times")
            self.judge_mistake(file.name, path, program.replace(old, new), f"`{old}` -> `{new}`", bool(anywhere))

    def judge_mistake(self, name, path, program, what, anywhere):
        _, lines = run(program, path, self.torch)
        _, errors = said_of(self.trident, program, path)
        if lines is None:
            self.count["harmless"] += 1
            for error in errors:
                self.blame("false", f"{name} with {what}:{error['line']}: {error['message']}")
            return
        self.count["mistakes"] += 1
        if any(anywhere or error["line"] in lines for error in errors):
            self.count["found"] += 1
        else:
            print(f"not found: {name}: {what}, torch raises at {lines}, said {[(e['line'], e['message']) for e in errors]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--trident", default=str(ROOT / "build/trident"))
    parser.add_argument("--show", action="store_true", help="also the types that Trident lacks")
    args = parser.parse_args()
    try:
        import numpy  # noqa: F401
        import torch
    except ImportError:
        print("programs under torch: torch or numpy is not installed (./dev setup --oracle), skipped")
        sys.exit(77)
    torch.set_num_threads(1)
    judge = Judge(args.trident, torch, args.show)
    with tempfile.TemporaryDirectory() as folder:
        for file in args.files or sorted((HERE / "scripts").glob("*.py")):
            judge.judge(file, pathlib.Path(folder))
    count = judge.count
    print(f"programs under torch {torch.__version__}: " + "  ".join(f"{what} {number}" for what, number in count.items()))
    exact = count["exact"] / max(1, count["types"])
    print(f"exact {100 * exact:.2f} %")
    sys.exit(count["wrong"] + count["false"] + count["mistakes"] - count["found"] > 0 or exact < LEAST_EXACT)


if __name__ == "__main__":
    main()
