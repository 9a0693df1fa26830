#!/usr/bin/env python3
"""Times `trident check` on examples/resnet18.py from process start to exit, without a cache, and its peak memory.

Peer: CPython reading and parsing (ast.parse) just the files that the check read, from process start to exit.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
RUNS = 30
SITE = ROOT / ".cache/site"
PARSE = "import ast, sys\nfor f in sys.argv[1:]: ast.parse(open(f, 'rb').read())"


def once(command):
    """(seconds, peak MB) of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) > 1:
        sys.exit(f"{command[0]} failed")
    return seconds, usage.ru_maxrss / 1024


def line(name, command):
    runs = [once(command) for _ in range(RUNS)]
    seconds = sorted(s for s, _ in runs)
    print(f"{name:34} median {1e3 * statistics.median(seconds):7.1f} ms   fastest {1e3 * seconds[0]:7.1f} ms   peak {max(m for _, m in runs):6.1f} MB")
    return statistics.median(seconds)


def main():
    trident = str(ROOT / "build/trident")
    if not SITE.is_dir():
        print("no torchvision in .cache/site: ./dev setup")
        return 2
    check = [trident, "check", "--python-path", str(SITE), str(ROOT / "examples/resnet18.py")]
    answer = subprocess.run(check + ["--format", "json", "--bindings"], stdout=subprocess.PIPE).stdout
    files = sorted({b["file"] for b in json.loads(answer)["bindings"]})
    print(f"input: examples/resnet18.py with torchvision 0.26.0, {RUNS} runs each; tensors in {len(files)} files")
    own = line("trident check", check)
    peer = line("CPython, parsing those files alone", [sys.executable, "-c", PARSE, *files])
    print(f"ratio: {own / peer:.2f} of the peer's time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
