#!/usr/bin/env python3
"""Holds the rules of the house that a compiler does not: layers, file shape, documentation, links.

lint.py [--root DIR]   prints one line per violation (path:line: rule: what to do), exits 1 when there is one.
Each rule is a function that yields (path, line, message); lint_test.py shows every one of them failing.
"""
import argparse
import os
import re
import subprocess
import sys

MAX_LINES = 700
SOURCE = (".cc", ".h", ".def", ".py", ".ts", ".mjs", ".lua", ".sh")


class Tree:
    """The files of a checkout: tracked ones and new ones that git does not ignore."""

    def __init__(self, root):
        self.root = root
        try:
            listing = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], stdout=subprocess.PIPE, check=True, text=True).stdout
            self.files = sorted(f for f in set(listing.splitlines()) if os.path.isfile(os.path.join(root, f)))
        except (OSError, subprocess.CalledProcessError):
            found = []
            for folder, _, names in os.walk(root):
                found += [os.path.relpath(os.path.join(folder, n), root) for n in names]
            self.files = sorted(f for f in found if not f.startswith((".git/", ".cache/", "build")))
        self.texts = {}

    def text(self, path):
        if path not in self.texts:
            with open(os.path.join(self.root, path), "rb") as f:
                data = f.read()
            self.texts[path] = "" if b"\0" in data[:8000] else data.decode("utf-8", "replace")
        return self.texts[path]

    def lines(self, path):
        return self.text(path).splitlines()

    def having(self, *endings, under=""):
        return [f for f in self.files if f.endswith(endings) and f.startswith(under)]

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))


def read_layers(tree):
    """{folder: set of folders it may include}, closed over what those may include."""
    direct, closed = {}, {}
    for line in tree.lines("tests/lint/layers.txt"):
        line = line.split("#")[0].strip()
        if not line:
            continue
        head, _, below = line.partition(":")
        folder, *only = head.split()
        direct[folder] = below.split()
        if only:
            closed[folder] = set(below.split())

    def close(folder):
        if folder not in closed:
            closed[folder] = set(direct.get(folder, []))
            for below in direct.get(folder, []):
                closed[folder] |= close(below)
        return closed[folder]

    return {folder: close(folder) for folder in direct}


def folder_of(path, layers):
    parts = path.split("/")
    two = "/".join(parts[:2])
    return two if parts[0] == "core" and len(parts) > 2 else parts[0] if parts[0] in layers else None


def layer_edges(tree):
    if not tree.exists("tests/lint/layers.txt"):
        return
    layers = read_layers(tree)
    for path in tree.having(".h", ".cc", ".def"):
        folder = folder_of(path, layers)
        if folder is None:
            continue
        if folder not in layers:
            yield path, 1, f"{folder} is not in tests/lint/layers.txt"
            continue
        for number, line in enumerate(tree.lines(path), 1):
            match = re.match(r'\s*#\s*include\s+"((?:core|protocol|server|tests|benchmarks)/[^"]+)"', line)
            if not match:
                continue
            target = match.group(1)
            # The catalogue gathers every stage's list of diagnostics: data, not code.
            if folder == "core/diagnostics" and target.endswith("/diagnostics.def"):
                continue
            below = folder_of(target, layers) or target.split("/")[0]
            if below != folder and below not in layers[folder]:
                yield path, number, f"{folder} may not include {below}"
    if tree.exists("core/CMakeLists.txt"):
        for number, line in enumerate(tree.lines("core/CMakeLists.txt"), 1):
            match = re.match(r"trident_layer\(trident_(\w+) (core/\w+)([^)]*)\)", line)
            if match:
                for library in re.findall(r"\btrident_(\w+)", match.group(3)):
                    if f"core/{library}" not in layers.get(match.group(2), ()):
                        yield "core/CMakeLists.txt", number, f"{match.group(2)} links core/{library}, which layers.txt does not allow"


def header_shape(tree):
    for path in tree.having(".h"):
        lines = tree.lines(path)
        if not lines or not re.match(r"// [A-Z`].*\w", lines[0]):
            yield path, 1, "the first line of a header is a comment: one sentence that says what it turns into what, or holds"
        if not any(line.strip() == "#pragma once" for line in lines):
            yield path, 1, "no #pragma once"


def file_size(tree):
    for path in tree.having(*SOURCE):
        if path.startswith("tests/data/"):
            continue
        count = len(tree.lines(path))
        if count > MAX_LINES:
            yield path, count, f"{count} lines; split it by meaning (limit {MAX_LINES})"


def diagnostics_pages(tree):
    slugs = {}
    for path in tree.having("diagnostics.def", under="core/"):
        for number, line in enumerate(tree.lines(path), 1):
            match = re.match(r'\s*TRIDENT_DIAGNOSTIC\(\s*"?([\w-]+)"?', line)
            if match:
                if match.group(1) in slugs:
                    yield path, number, f"the slug {match.group(1)} is already in {slugs[match.group(1)][0]}"
                slugs[match.group(1)] = (path, number)
    pages = {os.path.basename(p)[:-3]: p for p in tree.having(".md", under="docs/diagnostics/") if os.path.basename(p) not in ("README.md", "index.md")}
    for slug, (path, number) in sorted(slugs.items()):
        if slug not in pages:
            yield path, number, f"docs/diagnostics/{slug}.md is missing"
    for slug, page in sorted(pages.items()):
        if slug not in slugs:
            yield page, 1, f"no diagnostic has the slug {slug}"


def anchor(heading):
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")


def without_code(text):
    """Blanks fenced blocks and code spans, keeping every line where it is."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    return re.sub(r"`[^`\n]*`", blank, re.sub(r"^```.*?^```", blank, text, flags=re.S | re.M))


def markdown_links(tree):
    for path in tree.having(".md"):
        text = without_code(tree.text(path))
        for match in re.finditer(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", text):
            target = match.group(1)
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            number = text.count("\n", 0, match.start()) + 1
            file, _, fragment = target.partition("#")
            full = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            if not tree.exists(full):
                yield path, number, f"the link {target} leads nowhere"
            elif fragment and full.endswith(".md"):
                if fragment not in {anchor(h) for h in re.findall(r"^#+ (.*)$", tree.text(full), re.M)}:
                    yield path, number, f"{full} has no heading for #{fragment}"


# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join([r"/wo" + r"rk/(?:main|shared)", r"/tm" + r"p/w/", r"/ro" + r"ot/", r"/ho" + r"me/\w+/", "registry\\.np" + "mjs"]))


def machine_paths(tree):
    for path in tree.files:
        if path.endswith((".gz", ".png")):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            match = MACHINE_PATHS.search(line)
            if match:
                yield path, number, f"names a place that only one machine has: {match.group(0)}"


def unfinished(tree):
    for path in tree.having(*SOURCE):
        for number, line in enumerate(tree.lines(path), 1):
            if re.search(r"(//|#|--).*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b", line):
                yield path, number, "unfinished work belongs in the issue list, not in a comment"


RULES = [layer_edges, header_shape, file_size, diagnostics_pages, markdown_links, machine_paths, unfinished]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    tree = Tree(parser.parse_args().root)
    found = [f"{path}:{line}: {rule.__name__}: {message}" for rule in RULES for path, line, message in rule(tree)]
    print("\n".join(found) if found else f"lint: {len(tree.files)} files, {len(RULES)} rules, nothing to say")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
