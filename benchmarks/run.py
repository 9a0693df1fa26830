#!/usr/bin/env python3
"""Runs the benchmarks: run.py [NAME...] (all without names). Each is benchmarks/<name>_bench.py; each prints its inputs
and its ratio to a peer measured in the same run. The machine is printed first, since every figure depends on it."""
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def main():
    programs = {p.name.removesuffix("_bench.py"): p for p in sorted(HERE.glob("*_bench.py"))}
    names = sys.argv[1:] or list(programs)
    unknown = [n for n in names if n not in programs]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(programs)}", file=sys.stderr)
        return 2
    print(f"machine: {processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}", flush=True)
    worst = 0
    for name in names:
        print(f"\n== {name}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, str(programs[name])]).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
