"""Compares the parser with CPython on damaged Python: what either of them makes of real code with one or two tokens
deleted, replaced, inserted or moved.

    python3 tests/oracle/ast_mutations.py --tool build/tests/oracle/ast_dump [--count 4000] [--seed 1] [PATH...]

Both must reject, or both accept and build the same tree with the same places. Needs CPython 3.12 or later (skipped
before: exit 77), since the places inside f-strings are compared.
"""
import argparse
import os
import pathlib
import random
import re
import sys
import sysconfig
import tempfile
import warnings

import ast_oracle

TOKEN = re.compile(
    r"[A-Za-z_]\w*|\d[\w.]*|\*\*=?|//=?|>>=?|<<=?|[-+*/%@&|^=!<>:]=|->|\.\.\.|\"\"\"|'''|[^\w\s]|\n[ \t]*|[ \t]+")
INSERTED = (
    "if else for in not is and or lambda yield await async del with as from import * ** = := == : , . ( ) [ ] { } None True "
    "x 1 's' f'{x}' b'' ... @ -> ! ~ - / ; match case type _ try except finally class def return raise global pass while 0x "
    "1e u'' print **= \\ #").split(" ") + ["\n", "\n    ", " "]


def excerpt(text, rng):
    """The whole text when it is short, else some lines from the start of a statement."""
    lines = text.split("\n")
    if len(lines) <= 60:
        return text
    starts = [i for i, line in enumerate(lines) if line and not line[0].isspace() and line[0] not in "#)]}\"'"]
    if not starts:
        return ""
    first = rng.choice(starts)
    return "\n".join(lines[first : first + rng.randint(5, 40)]) + "\n"


def mutate(text, rng):
    for _ in range(rng.randint(1, 2)):
        tokens = [match.span() for match in TOKEN.finditer(text)]
        if not tokens:
            break
        (start, end), (other, other_end) = rng.choice(tokens), rng.choice(tokens)
        piece = rng.choice(["", rng.choice(INSERTED), " " + rng.choice(INSERTED) + " ", text[other:other_end]])
        text = text[:start] + piece + text[rng.choice([start, end]) :]
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("paths", nargs="*", default=[sysconfig.get_path("stdlib")])
    args = parser.parse_args()
    if not ast_oracle.PLACES:
        print("needs CPython 3.12 or later")
        return 77
    warnings.simplefilter("ignore")
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(20000)
    rng = random.Random(args.seed)
    files = ast_oracle.collect(args.paths)
    agreed = accepted = 0
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        while len(paths) < args.count:
            try:
                text = mutate(excerpt(pathlib.Path(rng.choice(files)).read_text(), rng), rng)
            except (UnicodeDecodeError, OSError):
                continue
            path = os.path.join(folder, f"{len(paths)}.py")
            pathlib.Path(path).write_text(text, newline="")
            paths.append(path)
        for path, ours, dump in ast_oracle.run_tool(args.tool, paths):
            theirs, tree = ast_oracle.oracle(path)
            accepted += theirs == "ok"
            same = (ours == "ok") == (theirs == "ok") and (theirs != "ok" or dump.decode() == tree)
            if same or theirs.startswith("skip"):
                agreed += 1
                continue
            wrong.append(path)
            if len(wrong) <= 10:
                print(f"ours: {ours}; CPython: {theirs}")
                print(ast_oracle.first_difference(dump.decode(), tree) if ours == theirs else pathlib.Path(path).read_text())
    print(f"CPython {sys.version.split()[0]}, {args.count} damaged texts: {agreed} agreed ({accepted} accepted), {len(wrong)} not")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
