"""Compares the parser's trees with CPython's own `ast`, file by file.

    python3 tests/oracle/ast_oracle.py --tool build/tests/oracle/ast_dump [--sample 1500] [--cache FILE] [PATH...]

Without a PATH: the standard library of the running CPython with its tests, and the site packages. Run it with the
newest CPython at hand (3.9 or later): what is newer than the running one counts as skipped, not as a difference.
For every file the dump must be equal, from 3.12 on with the byte offsets of every expression, statement and pattern,
and a file that ast.parse rejects must be rejected. Prints counts and the first differences; exits 1 when there are any.
"""
import argparse
import ast
import hashlib
import io
import json
import multiprocessing
import os
import pathlib
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
import tokenize
import warnings

# Fields that ast.dump leaves out when they are None.
OPTIONAL = {
    "kind", "type_comment", "returns", "annotation", "vararg", "kwarg", "value", "cause", "exc", "msg", "optional_vars",
    "module", "asname", "name", "lower", "upper", "step", "format_spec", "guard", "rest", "pattern", "arg", "bound",
    "default_value", "type",
}
# Before 3.12 the expressions inside f-strings have places of their own making, and PEP 701 is an error.
PLACES = sys.version_info >= (3, 12)
PLACED = (ast.expr, ast.stmt, ast.ExceptHandler) + ((ast.pattern,) if sys.version_info >= (3, 10) else ())
# Files that use syntax newer than the running CPython, or whose coding cookie it refuses, fail there with one of these.
NEWER = re.compile(r"multiple exception types must be parenthesized|t-string|encoding problem" + ("" if PLACES else "|f-string"))


class Dumper:
    def __init__(self, data: bytes):
        start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self.lines = [start]
        for match in re.finditer(rb"\r\n|\r|\n", data):
            self.lines.append(match.end())
        self.out = []

    def place(self, node):
        first = self.lines[node.lineno - 1] + node.col_offset
        last = self.lines[node.end_lineno - 1] + node.end_col_offset
        return f"@{first}-{last}"

    def node(self, node, placed=True):
        out = self.out
        name = type(node).__name__
        out.append(name + "(")
        first = True
        for field in node._fields:
            value = getattr(node, field, None)
            if value is None and field in OPTIONAL and name not in ("Constant", "MatchSingleton"):
                continue
            if field == "kind" and value is None or field == "type_comment":
                continue
            if field == "str" and name == "Interpolation":
                continue
            out.append(("" if first else ", ") + field + "=")
            first = False
            if isinstance(value, ast.AST):
                self.node(value)
            elif isinstance(value, list):
                joined = name in ("JoinedStr", "TemplateStr")
                out.append("[")
                for i, element in enumerate(value):
                    if i:
                        out.append(", ")
                    if isinstance(element, ast.AST):
                        self.node(element, not (joined and isinstance(element, ast.Constant)))
                    else:
                        out.append(ascii(element))
                out.append("]")
            elif field == "value" and name == "Constant":
                out.append("Ellipsis" if value is ... else ascii(value))
            else:
                out.append(ascii(value))
        if name in ("FunctionDef", "AsyncFunctionDef", "ClassDef") and "type_params" not in node._fields:
            out.append(", type_params=[]")
        out.append(")")
        if PLACES and placed and isinstance(node, PLACED):
            out.append(self.place(node))


def oracle(path):
    """(status, dump) of a file: status is "ok", "rejected: why" or "skip: why"."""
    data = pathlib.Path(path).read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError) as error:
        text = str(error)
        if NEWER.search(text):
            return "skip: newer syntax", ""
        return "rejected: " + text, ""
    except (RecursionError, MemoryError):
        return "skip: too deep for CPython", ""
    dumper = Dumper(as_utf8(data))
    try:
        dumper.node(tree)
    except RecursionError:
        return "skip: too deep to dump", ""
    return "ok", "".join(dumper.out)


def as_utf8(data: bytes) -> bytes:
    encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    if encoding in ("utf-8", "utf-8-sig"):
        return data
    return data.decode(encoding).encode()


def digest(path):
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(20000)
    status, dump = oracle(path)
    return path, status, hashlib.sha256(dump.encode()).hexdigest()


def readable(path, folder):
    """The path the tool reads: the file itself, or its UTF-8 copy."""
    data = pathlib.Path(path).read_bytes()
    try:
        converted = as_utf8(data)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None
    if converted == data:
        return path
    copy = os.path.join(folder, hashlib.sha256(path.encode()).hexdigest() + ".py")
    pathlib.Path(copy).write_bytes(converted)
    return copy


def run_tool(tool, paths):
    """Yields (path, status, dump) in order."""
    process = subprocess.Popen([tool] + ["--places"] * PLACES, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for path in paths:
        process.stdin.write(path.encode() + b"\n")
        process.stdin.flush()
        header = process.stdout.readline()
        if not header:
            yield path, "crashed", b""
            return
        _, status, size = header.decode().rstrip("\n").rsplit("\t", 2)
        dump = process.stdout.read(int(size))
        process.stdout.read(1)
        yield path, status, dump
    process.stdin.close()
    process.wait()


def first_difference(ours: str, theirs: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    return f"    ours:   ...{ours[max(0, at - 120):at + 80]}\n    theirs: ...{theirs[max(0, at - 120):at + 80]}"


def collect(paths):
    files = []
    for path in paths:
        if os.path.isdir(path):
            files.extend(str(p) for p in sorted(pathlib.Path(path).rglob("*.py")))
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--sample", type=int, default=0, help="compare this many files, chosen at random with a fixed seed")
    parser.add_argument("--cache", help="remember CPython's answers in this file")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("paths", nargs="*")
    args = parser.parse_args()
    files = collect(args.paths or [sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")])
    if args.sample and args.sample < len(files):
        files = sorted(random.Random(1).sample(files, args.sample))

    cache = {}
    if args.cache and os.path.exists(args.cache):
        cache = json.loads(pathlib.Path(args.cache).read_text())
    key = lambda path: f"{sys.version_info[:3]}:{path}:{os.path.getmtime(path)}"
    missing = [path for path in files if key(path) not in cache]
    with multiprocessing.Pool(args.jobs) as pool:
        for path, status, sha in pool.imap_unordered(digest, missing, chunksize=8):
            cache[key(path)] = [status, sha]
    if args.cache:
        pathlib.Path(args.cache).write_text(json.dumps(cache))

    counts = dict.fromkeys(["equal", "both reject", "skipped", "different", "wrongly accepted", "wrongly rejected", "crashed"], 0)
    shown = 0
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(20000)
    with tempfile.TemporaryDirectory() as folder:
        copies = {}
        for path in files:
            copy = readable(path, folder)
            if copy:
                copies[copy] = path
            else:
                counts["both reject"] += 1  # Not text in its own encoding: refused when it is read.
        for copy, ours, dump in run_tool(args.tool, list(copies)):
            path = copies[copy]
            theirs, sha = cache[key(path)]
            if ours == "crashed":
                verdict = "crashed"
            elif theirs.startswith("skip"):
                verdict = "skipped"
            elif theirs.startswith("rejected"):
                verdict = "both reject" if ours != "ok" else "wrongly accepted"
            elif ours != "ok":
                verdict = "wrongly rejected"
            else:
                verdict = "equal" if hashlib.sha256(dump).hexdigest() == sha else "different"
            counts[verdict] += 1
            if verdict in ("equal", "both reject", "skipped") or shown >= args.show:
                continue
            shown += 1
            print(f"{verdict}: {path}\n    ours: {ours}; CPython: {theirs}")
            if verdict == "different":
                print(first_difference(dump.decode(), oracle(path)[1]))
    print(f"CPython {sys.version.split()[0]}, {len(files)} files: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    sys.exit(any(counts[bad] for bad in ("different", "wrongly accepted", "wrongly rejected", "crashed")))


if __name__ == "__main__":
    main()
