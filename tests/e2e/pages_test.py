#!/usr/bin/env python3
"""Runs the examples of docs/diagnostics: what a page says is reported is reported, word for word, and nothing else.

pages_test.py TRIDENT [SLUG...]
In a page's Python blocks, "# error: text" (or warning, information, hint) at the end of a line says what the line gets.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs/diagnostics"
COMMENT = re.compile(r"  # (error|warning|information|hint): (.*)$")


def blocks(text):
    return re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)


def expected(code):
    found = []
    for number, line in enumerate(code.splitlines(), 1):
        match = COMMENT.search(line)
        if match:
            found.append((number, match.group(1), match.group(2)))
    return found


def check(trident, page):
    slug, problems = page.stem, []
    for code in blocks(page.read_text()):
        want = expected(code)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "example.py"
            file.write_text(code)
            done = subprocess.run([trident, "check", "--format", "json", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        try:
            said = json.loads(done.stdout)["diagnostics"]
        except ValueError:
            problems.append(f"{slug}: no answer: {done.stderr.decode()[-200:]}")
            continue
        got = [(d["line"], d["severity"], d["message"]) for d in said]
        problems += [f"{slug}:{line}: the page says {level}: {text}" for line, level, text in want if (line, level, text) not in got]
        # A page about an error does not say which hints its example gets.
        levels = {level for _, level, _ in want} | {"error"}
        problems += [f"{slug}:{line}: Trident says {level}: {text}" for line, level, text in got if level in levels and (line, level, text) not in want]
        if want and slug not in {d["code"] for d in said}:
            problems.append(f"{slug}: its example does not get it")
    return problems


def main():
    trident, slugs = sys.argv[1], sys.argv[2:]
    pages = [p for p in sorted(PAGES.glob("*.md")) if not slugs or p.stem in slugs]
    problems = [problem for page in pages for problem in check(trident, page)]
    print("\n".join(problems + [f"{len(pages)} pages, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
