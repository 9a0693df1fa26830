#!/usr/bin/env python3
"""Times what an edit costs in a workspace that knows the file: nothing changed, a comment, one number of the text that is
changed and then taken back (both together, and each by itself: a text that was there before is known); in scripts that call
a model, and in model files themselves, which are entered with symbolic sizes.

Peer: the file's cold analysis in the same run. Processor time of the analysing thread, medians and for numbers the 99th
percentile; no editor and no protocol around (benchmarks/compile_bench.py has those).
"""
import json
import subprocess
import sys
import tempfile

from bench import ROOT, SITE, inputs, milliseconds, model_file, record, skip

PROGRAM = ROOT / 'build/incremental_bench'
EDITS = 50
# Model files of about a thousand lines.
FILES = ('torchvision/models/resnet.py', 'torchvision/models/vision_transformer.py', 'timm/models/swin_transformer.py')
NAMES = {'same': 'nothing changed', 'comment': 'a comment', 'literal': 'a number', 'changed': 'changed', 'taken_back': 'taken back'}


def main():
    if not PROGRAM.exists():
        skip('incremental_bench is not built: ./dev build')
    with tempfile.TemporaryDirectory() as folder:
        paths = [model_file(folder, name, text) for name, text in inputs()] + [SITE / name for name in FILES if (SITE / name).exists()]
        command = [PROGRAM, '--json', '--edits', str(EDITS), *(['--site', str(SITE)] if SITE.is_dir() else []), *paths]
        rows = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    print(f'{"":20}{"cold":>12}' + ''.join(f'{name:>18}' for name in NAMES.values()) + f'{"p99":>12}')
    for path, row in zip(paths, rows):
        cold = row['cold']['cpu_p50_ms']
        record(f'incremental/{path.stem}/cold', cold / 1e3, 's')
        line = f'{path.stem:20}{milliseconds(cold / 1e3).strip():>12}'
        for key, name in NAMES.items():
            share = row[key]['cpu_p50_ms'] / cold
            record(f'incremental/{path.stem}/{name} to cold', share, 'ratio')
            times = f' /{1 / share:,.0f}' if share > 0 else ''
            line += f'{milliseconds(row[key]["cpu_p50_ms"] / 1e3).strip() + times:>18}'
        print(line + f'{milliseconds(row["literal"]["cpu_p99_ms"] / 1e3).strip():>12}', flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
