#!/usr/bin/env python3
"""Measures what `trident check` knows of model files opened alone: no driver program, no call with known arguments.

files_alone.py --site DIR [--trident FILE] [--only GLOB] [--all] [--every N] [--jobs N] [--show N] [--missed FILE]

Each model file of torchvision (models), torchaudio (models), timm (models, layers) and transformers (modeling_*.py)
is checked in a process of its own. A tensor local is a name that a line of the file bound to a tensor when PyTorch
ran it (tests/data/facts/models.jsonl.gz). It counts as known when the binding there carries a tensor type whose rank
PyTorch saw, and as wrong when it carries ranks of which PyTorch saw none.

--site     the folder with torchvision/, timm/, ... at the versions of tests/data/facts/README.md
--only     paths below the site folder that match
--all      also the files that the facts do not know: errors, failures and seconds are measured there as well
--every    every N-th file only: a quick sample
--show     so many of the files with the most unknown locals
--missed   writes every local that is not known to FILE, one JSON list a line: path, line, name, ranks PyTorch saw, types
Exit status 1 when an error is reported or a file fails.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import gzip
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SECONDS_FOR_A_FILE = 120
PATTERNS = ("torchvision/models/**/*.py", "torchaudio/models/**/*.py", "timm/models/**/*.py", "timm/layers/**/*.py", "transformers/models/*/modeling_*.py")


def is_tensor(type_):
    return isinstance(type_, list) and len(type_) == 2 and isinstance(type_[1], list)


def read_locals():
    """path -> {(line, name): ranks PyTorch saw}"""
    files = collections.defaultdict(lambda: collections.defaultdict(set))
    with gzip.open(ROOT / "tests/data/facts/models.jsonl.gz", "rt") as facts:
        for fact in map(json.loads, facts):
            for path, line, name, types in fact["lines"]:
                ranks = {len(type_[1]) for type_ in types if is_tensor(type_)}
                # "(x)" is a parameter and "return" what is returned: no local.
                if ranks and not name.startswith("(") and name != "return":
                    files[path][line, name] |= ranks
    return files


def check(trident, site, path, known):
    row = {"path": path, "locals": len(known), "known": 0, "wrong": 0, "errors": [], "failed": "", "missed": []}
    command = [trident, "check", "--no-cache", "--format", "json", "--bindings", "--python-path", str(site), str(site / path)]
    started = time.perf_counter()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=SECONDS_FOR_A_FILE)
        said = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        row["failed"], said = f"longer than {SECONDS_FOR_A_FILE} s", {"bindings": [], "diagnostics": []}
    except ValueError:
        row["failed"], said = f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-200:].strip()}", {"bindings": [], "diagnostics": []}
    row["seconds"] = time.perf_counter() - started
    row["errors"] = [d for d in said["diagnostics"] if d["severity"] in ("error", "warning")]
    types = collections.defaultdict(list)
    for binding in said["bindings"]:
        if binding["file"] == str(site / path):
            types[binding["line"], binding["name"]] += binding["types"]
    for place, ranks in known.items():
        said_ranks = {len(type_[1]) for type_ in types[place] if is_tensor(type_)}
        if said_ranks & ranks:
            row["known"] += 1
            continue
        row["wrong"] += bool(said_ranks)
        row["missed"].append([path, *place, sorted(ranks), types[place][:2]])
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=pathlib.Path, required=True)
    parser.add_argument("--trident", default=str(ROOT / "build/trident"))
    parser.add_argument("--only", default="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--missed", type=pathlib.Path)
    args = parser.parse_args()
    if not args.site.is_dir():
        print("skipped: no folder", args.site, "- install the packages of tests/data/facts/README.md with pip install --no-deps --target")
        return 77
    site = args.site.resolve()
    locals_of = read_locals()
    paths = sorted({str(file.relative_to(site)) for pattern in PATTERNS for file in site.glob(pattern)})
    paths = [path for path in paths if fnmatch.fnmatch(path, args.only) and (args.all or path in locals_of)][:: args.every]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        rows = list(pool.map(lambda path: check(args.trident, site, path, locals_of.get(path, {})), paths))
    groups = collections.defaultdict(list)
    for row in rows:
        groups["/".join(row["path"].split("/")[:2])].append(row)
    print(f"{'':22} files  locals   known            wrong  errors  warnings  failed  slowest")
    for name, members in [*sorted(groups.items()), ("all", rows)]:
        count = {key: sum(row[key] for row in members) for key in ("locals", "known", "wrong")}
        failed = sum(bool(row["failed"]) for row in members)
        by_level = collections.Counter(d["severity"] for row in members for d in row["errors"])
        slowest = max((row["seconds"] for row in members), default=0)
        print(f"{name:22} {len(members):5}  {count['locals']:6}  {count['known']:6} {100 * count['known'] / max(1, count['locals']):6.2f} %  "
              f"{count['wrong']:5}  {by_level['error']:6}  {by_level['warning']:8}  {failed:6}  {slowest:.2f} s")
    for row in rows:
        for error in row["errors"]:
            print(f"{error['severity']} in {row['path']} alone: {error['file']}:{error['line']}: {error['message']} [{error['code']}]")
        if row["failed"]:
            print(f"failed: {row['path']}: {row['failed']}")
    for row in sorted(rows, key=lambda row: row["known"] - row["locals"])[: args.show]:
        print(f"{row['path']}: {row['known']} of {row['locals']}, {row['wrong']} wrong, {row['seconds']:.2f} s")
    if args.missed:
        args.missed.write_text("".join(json.dumps(missed) + "\n" for row in rows for missed in row["missed"]))
    return 1 if any(row["errors"] or row["failed"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
