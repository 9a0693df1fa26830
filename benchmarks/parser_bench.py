#!/usr/bin/env python3
"""Times text to tree on many files: parser_bench.py [PATH...], by default torchvision and the standard library.

Peers in the same run, on the same files, one thread each: CPython's ast.parse; tree-sitter-python and ruff where they
are installed (pip install --target .cache/bench tree-sitter tree-sitter-python ruff). ruff offers no parser alone: what
is timed is the whole tool with one trivial rule, file reading included. Seconds are processor time, best of several
rounds. Exits 1 when a promise of docs/design is broken: lines a second, the ratio to CPython, resnet.py.
"""
import ast
import json
import os
import pathlib
import resource
import subprocess
import sys
import sysconfig
import time
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[1]
SITE = ROOT / ".cache/site"
PEERS = ROOT / ".cache/bench"
ROUNDS = 3
LINES_A_SECOND = 1.5e6
TIMES_CPYTHON = 20
RESNET_MILLISECONDS = 0.5
RESNET_KILOBYTES = 100

BUILD = pathlib.Path(os.environ.get("TRIDENT_BUILD", ROOT / "build"))


def best(run):
    """The least processor time of a few rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def ours(files, rounds=ROUNDS):
    tool = next((p for p in (BUILD / "benchmarks/parser_bench", BUILD / "parser_bench") if p.exists()), None)
    if tool is None:
        sys.exit("parser_bench is not built: ./dev build")
    out = subprocess.run([tool, str(rounds)], input="\n".join(files), stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(out)


def cpython(texts):
    warnings.simplefilter("ignore")

    def run():
        for text in texts:
            try:
                ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                pass

    return best(run)


def tree_sitter(texts):
    sys.path.insert(0, str(PEERS))
    try:
        import tree_sitter
        import tree_sitter_python
    except ImportError:
        return None
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))

    def run():
        for text in texts:
            parser.parse(text)

    return best(run)


def ruff(paths):
    program = PEERS / "bin/ruff"
    if not program.exists():
        return None
    seconds = []
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [program, "check", "--isolated", "--no-cache", "--quiet", "--exit-zero", "--select", "E902", "--no-respect-gitignore"]
        command += ["--config", "exclude=[]", "--config", 'include=["*.py"]', *map(str, paths)]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(seconds)


def collect(paths):
    files = []
    for path in paths:
        path = pathlib.Path(path)
        files.extend(str(p.resolve()) for p in (sorted(path.rglob("*.py")) if path.is_dir() else [path]))
    return files


def main():
    paths = sys.argv[1:] or [p for p in (SITE, sysconfig.get_path("stdlib")) if os.path.isdir(p)]
    files = collect(paths)
    texts = [pathlib.Path(f).read_bytes() for f in files]
    mine = ours(files)
    lines = mine["lines"]
    rate = lines / mine["parse_seconds"]
    print(f"{mine['files']} files, {lines} lines, {mine['bytes'] / 1e6:.1f} MB, {mine['tokens']} tokens")
    print(f"trident, text to tokens      {mine['lex_seconds']:8.3f} s  {lines / mine['lex_seconds'] / 1e6:6.2f} M lines/s")
    print(f"trident, text to tree        {mine['parse_seconds']:8.3f} s  {rate / 1e6:6.2f} M lines/s, tree {mine['tree_bytes'] / mine['bytes']:.2f} bytes a byte")
    failed = rate < LINES_A_SECOND

    def peer(name, seconds, note=""):
        if seconds is None:
            print(f"{name:28} not installed")
            return 0
        print(f"{name:28} {seconds:8.3f} s  {lines / seconds / 1e6:6.2f} M lines/s  trident is {seconds / mine['parse_seconds']:.1f} x as fast{note}")
        return seconds / mine["parse_seconds"]

    failed |= peer(f"CPython {sys.version.split()[0]} ast.parse", cpython(texts)) < TIMES_CPYTHON
    peer("tree-sitter-python", tree_sitter(texts))
    peer("ruff check (whole tool)", ruff(paths))
    resnet = [f for f in files if f.endswith("torchvision/models/resnet.py")]
    if resnet:
        one = ours(resnet, 200)
        milliseconds, kilobytes = one["parse_seconds"] * 1e3, one["tree_bytes"] / 1e3
        print(f"resnet.py: {one['lines']} lines in {milliseconds:.3f} ms, tree {kilobytes:.1f} KB")
        failed |= milliseconds > RESNET_MILLISECONDS or kilobytes > RESNET_KILOBYTES
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
