#!/usr/bin/env python3
"""Runs the golden files under a real torch and compares what it did with their caret comments.

run_torch.py [FILE...]    exits 77 (skipped) where torch is not installed, 1 when a comment is not what torch did.

Only files that import torch and have no steps are run: they call what they define. Kernels (triton/) need a GPU and are left out. A type with symbols ("f32[N, 64]") holds when one
assignment of numbers to its symbols fits every type of the file; an error comment holds when torch raises at its line.
"""
import pathlib
import re
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
NAMES = {"f16": "float16", "bf16": "bfloat16", "f32": "float32", "f64": "float64", "i8": "int8", "u8": "uint8", "i16": "int16",
         "i32": "int32", "i64": "int64", "bool": "bool", "c64": "complex64", "c128": "complex128"}


class Comment:
    def __init__(self, line, column, kind, text):
        self.line, self.column, self.kind, self.text = line, column, kind, text


def read(source):
    """The caret comments of a file: 1-based code line, column, kind, text."""
    comments, code_line = [], 1
    for number, line in enumerate(source.splitlines(), 1):
        match = re.match(r"(\s*)#(\s*)(\^+|<-)\s*([\w-]+):?\s*(.*)$", line)
        if match:
            column = len(match.group(1)) if match.group(3) == "<-" else line.index("^")
            comments.append(Comment(code_line, column, match.group(4), match.group(5)))
        else:
            code_line = number
    return comments


def name_at(line, column):
    match = re.compile(r"[^\W\d]\w*").match(line, column)
    return match.group(0) if match else None


class Recorder:
    """Collects the values that names have after their line ran, through the tracing hook."""

    def __init__(self, path, wanted):
        self.path, self.wanted, self.values, self.last = path, wanted, {}, {}

    def note(self, frame):
        for name in self.wanted.get(self.last.get(id(frame)), ()):
            if name in frame.f_locals:
                self.values.setdefault((self.last[id(frame)], name), []).append(frame.f_locals[name])

    def __call__(self, frame, event, _):
        if frame.f_code.co_filename != self.path:
            return None
        self.note(frame)
        self.last[id(frame)] = frame.f_lineno
        if event == "return":
            self.last.pop(id(frame), None)
        return self


def type_holds(text, value, torch, symbols):
    match = re.fullmatch(r"(\w+)\[(.*)\]", text)
    if not match or not isinstance(value, torch.Tensor):
        return False
    if value.dtype != getattr(torch, NAMES.get(match.group(1), match.group(1))):
        return False
    sizes = [s.strip() for s in match.group(2).split(",")] if match.group(2).strip() else []
    if len(sizes) != value.dim():
        return False
    for size, actual in zip(sizes, value.shape):
        if size == "?":
            continue
        if re.fullmatch(r"[A-Za-z_]\w*", size):
            if symbols.setdefault(size, actual) != actual:
                return False
            continue
        try:
            if eval(size.replace("/", "//").replace("////", "//"), {}, dict(symbols)) != actual:
                return False
        except NameError:
            continue
    return True


def run_file(path, torch):
    source = path.read_text()
    if re.search(r"^# --- ", source, re.M) or not re.search(r"^(import|from) torch\b", source, re.M):
        return None
    comments = read(source)
    lines = source.splitlines()
    types = [c for c in comments if c.kind == "type"]
    errors = [c for c in comments if c.kind == "error"]
    wanted = {}
    for comment in types:
        wanted.setdefault(comment.line, set()).add(name_at(lines[comment.line - 1], comment.column))
    recorder = Recorder(str(path), wanted)
    code = compile(source, str(path), "exec")
    raised = None
    sys.settrace(recorder)
    try:
        exec(code, {"__name__": "__main__"})
    except SystemExit:
        pass  # The end of a script that says so.
    except Exception as error:
        raised = error
    finally:
        sys.settrace(None)
    if isinstance(raised, ModuleNotFoundError):
        print(f"{path}: skipped, it needs {raised.name}: pip install {raised.name}")
        return None
    problems, symbols, seen = [], {}, 0
    for comment in types:
        name = name_at(lines[comment.line - 1], comment.column)
        for value in recorder.values.get((comment.line, name), []):
            seen += 1
            if not type_holds(comment.text, value, torch, symbols):
                shown = f"{value.dtype} {list(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__
                problems.append(f"{path}:{comment.line}: says {name}: {comment.text}, torch made {shown}")
    if raised is not None:
        at = {f.lineno for f in traceback.extract_tb(raised.__traceback__) if f.filename == str(path)}
        # What a comment hides in Trident torch raises all the same.
        ignored = {number for number, line in enumerate(lines, 1) if "# trident: ignore" in line}
        if not at & ({c.line for c in errors} | ignored):
            problems.append(f"{path}:{max(at, default=0)}: torch raised {type(raised).__name__} where no error comment stands: {str(raised)[:120]}")
    elif errors and seen:
        problems.append(f"{path}:{errors[0].line}: an error comment, but torch ran to the end")
    return seen + len(errors), problems


def main():
    try:
        import torch
    except ImportError:
        print("golden under torch: torch is not installed, skipped")
        return 77
    files = [pathlib.Path(f).resolve() for f in sys.argv[1:]] or sorted(f for f in HERE.glob("*/**/*.py") if f.parent.name != "triton")
    checked = ran = 0
    problems = []
    for path in files:
        result = run_file(path, torch)
        if result:
            ran += 1
            checked += result[0]
            problems += result[1]
    print("\n".join(problems + [f"golden under torch {torch.__version__}: {ran} files, {checked} comments seen, {len(problems)} wrong"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
