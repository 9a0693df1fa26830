#!/usr/bin/env python3
"""What `trident compile -O3` does to the models of the files here, and that every rewrite has a case and a near miss.

run.py TRIDENT

A file's comments say what is done at their line: `# does: SLUG "part of the message"; …`, and what is not:
`# near miss: SLUG`. Every class that has a forward is compiled. What is done and has no comment fails, so does a comment
about what is not done. A slug that core/optimize says, and that has no case here or no near miss, fails too.
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OPTIMIZE = HERE.parents[1] / "core/optimize"
DOES = re.compile(r'([a-z-]+) "([^"]*)"')


def slugs():
    """All that the optimiser can say: the hints, and what only generated code shows."""
    found = set(re.findall(r'TRIDENT_DIAGNOSTIC\("([a-z-]+)"', (OPTIMIZE / "diagnostics.def").read_text()))
    for path in OPTIMIZE.glob("*.cc"):
        text = path.read_text()
        found |= set(re.findall(r'(?:Applied|Rejected|Fuse|Replace)\((?:i, [^,]*, )?"([a-z-]+)"', text))
        found |= set(re.findall(r'(?:kSlug|slug) = "([a-z-]+)"', text))
    return found


def done(trident, path, name):
    """[(line, slug, message)] of the model."""
    run = subprocess.run([trident, "compile", "--no-cache", "-O3", "--report", f"{path}:{name}"], capture_output=True, text=True)
    if run.returncode:
        return None, run.stderr.strip()
    return [(int(m[3]), m[1], m[2]) for m in re.finditer(r"^  ([a-z-]+): (.*) \(\S*:(\d+)\)$", run.stderr.split("operations")[0], re.M)], ""


def main():
    trident, failures, cases, misses, checked = sys.argv[1], [], set(), set(), 0
    for path in sorted(HERE.glob("*.py")):
        if path.name == "run.py":
            continue
        lines = path.read_text().split("\n")
        expected, forbidden = [], []
        for number, line in enumerate(lines, 1):
            comment = line.split("  # ")[-1] if "  # " in line else ""
            if comment.startswith("does: "):
                expected += [(number, slug, text) for slug, text in DOES.findall(comment)]
            elif comment.startswith("near miss: "):
                forbidden.append((number, comment.removeprefix("near miss: ").strip()))
        cases |= {slug for _, slug, _ in expected}
        misses |= {slug for _, slug in forbidden}
        actual = set()
        for name in re.findall(r"^class (\w+)", path.read_text(), re.M):
            rewrites, problem = done(trident, path, name)
            if rewrites is None:
                failures.append(f"{path.name}: {name}: {problem}")
                continue
            actual |= set(rewrites)
        checked += len(expected) + len(forbidden)
        open_ = set(actual)
        for number, slug, text in expected:
            met = next((each for each in open_ if each[0] == number and each[1] == slug and text in each[2]), None)
            open_.discard(met)
            if not met:
                failures.append(f'{path.name}:{number}: not done: {slug} "{text}"')
        for number, slug, message in sorted(open_):
            failures.append(f"{path.name}:{number}: done and not expected: {slug}: {message}")
        for number, slug in forbidden:
            if any(each[0] == number and each[1] == slug for each in actual):
                failures.append(f"{path.name}:{number}: near miss, and done: {slug}")
    known = slugs()
    failures += [f"{slug}: no case in tests/rewrites" for slug in sorted(known - cases)]
    failures += [f"{slug}: no near miss in tests/rewrites" for slug in sorted(known - misses)]
    failures += [f"{slug}: core/optimize does not say it" for slug in sorted((cases | misses) - known)]
    print("\n".join(failures))
    print(f"{len(known)} rewrites, {checked} expectations, {len(failures)} failures")
    return 1 if failures or not known else 0


if __name__ == "__main__":
    sys.exit(main())
