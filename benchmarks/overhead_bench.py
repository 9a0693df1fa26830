#!/usr/bin/env python3
"""Counts what collecting the stage profile costs: its share of the instructions of a check, by valgrind.

Exits 1 when it is above 2 %, which the project promises. Counted are core/profile's functions, the clock they read, and
operator new and delete without the allocator below them.
"""
import re
import pathlib
import shutil
import subprocess
import sys
import tempfile

from bench import SITE, check_command, inputs, model_file, record, skip

LIMIT = 0.02
OURS = re.compile(r'trident::profile::|clock_gettime|operator (new|delete)|\(anonymous namespace\)::(Allocate|Took|Free|BlockSize)')


def instructions_by_function(command, folder):
    """{function: instructions of its own}"""
    program, out = folder / 'program', folder / 'out'
    # Old versions of valgrind do not read new debug data; names are in the symbol table.
    subprocess.run(['strip', '-g', '-o', program, command[0]], check=True)
    subprocess.run(['valgrind', '--tool=callgrind', f'--callgrind-out-file={out}', program, *map(str, command[1:])], capture_output=True, check=False)
    text = subprocess.run(['callgrind_annotate', '--threshold=100', out], capture_output=True, text=True, check=True).stdout
    found = {}
    for count, name in re.findall(r'^\s*([\d,]+) \([^)]*\)\s+\S*?:(.+?)(?: \[[^\]]*\])?$', text, re.MULTILINE):
        found[name] = found.get(name, 0) + int(count.replace(',', ''))
    return found


def main():
    if not shutil.which('valgrind'):
        skip('valgrind is not installed: ./dev setup --bench')
    worst = 0
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        for name, text in inputs():
            if name != 'small' and not SITE.is_dir():
                continue
            found = instructions_by_function(check_command(model_file(folder, name, text)), folder)
            total, ours = sum(found.values()), sum(count for function, count in found.items() if OURS.search(function))
            share = ours / total
            worst = max(worst, share)
            record(f'overhead/{name}', share, 'ratio')
            print(f'{name:8} {ours:13,} of {total:15,} instructions: {100 * share:.2f} %', flush=True)
    return int(worst > LIMIT)


if __name__ == '__main__':
    sys.exit(main())
