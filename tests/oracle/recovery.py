"""Runs tests/oracle/recovery.cc on files of the standard library: 500 of them, 20 random damages each.

    python3 tests/oracle/recovery.py --tool build/tests/oracle/recovery [--files 500] [--damages 20] [--show 10] [PATH...]
"""
import argparse
import pathlib
import random
import subprocess
import sys
import sysconfig


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--damages", type=int, default=20)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("paths", nargs="*", default=[sysconfig.get_path("stdlib")])
    args = parser.parse_args()
    files = sorted({str(p) for path in args.paths for p in pathlib.Path(path).rglob("*.py") if p.stat().st_size > 0})
    files = sorted(random.Random(1).sample(files, min(args.files, len(files))))
    command = [args.tool, str(args.damages), "--show", str(args.show)]
    return subprocess.run(command, input="\n".join(files), text=True).returncode


if __name__ == "__main__":
    sys.exit(main())
