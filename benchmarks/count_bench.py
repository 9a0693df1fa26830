#!/usr/bin/env python3
"""Counts what does not depend on the machine: instructions, evaluated calls, parsed lines, allocated bytes.

The same program on the same input gives the same numbers, so a change of one is a change of the program. Instructions
are those of `trident check` from start to exit and of edits of an open document (benchmarks/incremental_bench.cc), by
valgrind; where it is missing they are left out. Inputs without packages are part of the repository, so that their counts
can be compared everywhere.
"""
import json
import subprocess
import sys
import tempfile

from bench import ROOT, SHORT, SITE, TRIDENT, check_command, inputs, instructions, model_file, record

WORK = ('parse', 'eval')
EDITOR = ROOT / 'build/incremental_bench'


def edit_instructions(path):
    """Instructions of ten comments and ten changes of a number, each with its way back: what twenty cost more than ten."""
    counts = [instructions([EDITOR, '--edits', str(edits), path]) for edits in (10, 20)]
    return counts[1] - counts[0] if all(counts) else None


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, text in inputs():
            if (name != 'small' and not SITE.is_dir()) or (name == 'large' and SHORT):
                continue
            path = model_file(folder, name, text)
            command = check_command(path)
            profile = json.loads(subprocess.run([TRIDENT, 'profile', '--format', 'json', '--python-path', str(SITE), str(path)],
                                                stdout=subprocess.PIPE, check=True).stdout)
            stages = {stage['stage']: stage for stage in profile['stages']}
            for stage in WORK:
                record(f'count/{name}/{stage} items', stages[stage]['items'], 'count')
            allocated = sum(stage['allocated_bytes'] for stage in profile['stages'])
            record(f'count/{name}/allocated bytes', allocated, 'count')
            total = instructions(command)
            if total:
                record(f'count/{name}/instructions', total, 'count')
            edits = edit_instructions(path) if EDITOR.exists() and name != 'large' else None
            if edits:
                record(f'count/{name}/instructions of ten edits', edits, 'count')
            print(f'{name:8} {stages["parse"]["items"]:8,} lines parsed  {stages["eval"]["items"]:7,} calls evaluated  {allocated:13,} bytes allocated  '
                  + (f'{total:15,} instructions' if total else 'instructions: valgrind is not installed')
                  + (f', {edits:,} of ten edits' if edits else ''), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
