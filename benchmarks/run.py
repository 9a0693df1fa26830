#!/usr/bin/env python3
"""Runs the benchmarks: run.py [OPTION…] [NAME…] (all without names). Each is benchmarks/<name>_bench.py; each prints its
inputs and its ratio to a peer measured in the same run. The machine is printed first, since every time depends on it.

  --short                 only what counts exactly, for CI
  --json FILE             write the figures
  --save-baseline NAME    keep the figures as a baseline (a file, or a name in .cache/bench/baselines)
  --compare NAME          compare with a baseline: exit 1 when a count or a ratio got worse by more than its limit
  --limit-count SHARE     how much worse a count may get (0.02)
  --report FILE.md        write a report with plots
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import report

HERE = pathlib.Path(__file__).resolve().parent
BASELINES = HERE.parent / '.cache/bench/baselines'
# How much worse is a regression. Counts do not vary between runs but for the addresses that hash tables see (measured:
# 0.1 %); ratios of times do, on a busy machine by a fifth (measured).
THRESHOLDS = {'count': 0.02, 'ratio': 0.25}
SHORT = ('count',)


def processor():
    try:
        for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def machine():
    return {'processor': processor(), 'processors': os.cpu_count(), 'system': f'{platform.system()} {platform.release()}',
            'time': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}


def baseline_path(name):
    return pathlib.Path(name) if '/' in name or name.endswith('.json') else BASELINES / f'{name}.json'


def change(old, new):
    """How much worse, as a share; negative: better."""
    if old['value'] == 0:
        return 0.0 if new['value'] == 0 else 1.0
    share = new['value'] / old['value'] - 1
    return -share if new['better'] == 'more' else share


def compare(old, new, limits):
    """(lines, whether anything got worse)"""
    lines, worse = [], False
    before = {figure['name']: figure for figure in old['figures']}
    for figure in new['figures']:
        known = before.get(figure['name'])
        limit = limits.get(figure['unit'])
        if not known or limit is None or known['unit'] != figure['unit']:
            continue
        share = change(known, figure)
        verdict = 'WORSE' if share > limit else 'better' if share < -limit else 'same'
        worse |= verdict == 'WORSE'
        lines.append(f'{verdict:7} {figure["name"]:50} {known["value"]:16,.4g} -> {figure["value"]:16,.4g}  {100 * share:+7.2f} % (limit {100 * limit:g} %)')
    return lines, worse


def run(names, programs, short):
    figures, code = [], 0
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / 'results'
        environment = dict(os.environ, TRIDENT_BENCH_RESULTS=str(results), **({'TRIDENT_BENCH_SHORT': '1'} if short else {}))
        for name in names:
            print(f'\n== {name}', flush=True)
            code = max(code, subprocess.run([sys.executable, str(programs[name])], env=environment).returncode)
        if results.exists():
            figures = [json.loads(line) for line in results.read_text().splitlines()]
    return figures, code


def main():
    parser = argparse.ArgumentParser(add_help=True, usage=__doc__)
    for option in ('--json', '--save-baseline', '--compare', '--report'):
        parser.add_argument(option)
    parser.add_argument('--short', action='store_true')
    parser.add_argument('--limit-count', type=float, default=THRESHOLDS['count'])
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    programs = {p.name.removesuffix('_bench.py'): p for p in sorted(HERE.glob('*_bench.py'))}
    names = options.names or list(SHORT if options.short else programs)
    if unknown := [n for n in names if n not in programs]:
        print(f'no benchmark {", ".join(unknown)}; there are {", ".join(programs)}', file=sys.stderr)
        return 2
    old = None
    if options.compare:
        path = baseline_path(options.compare)
        if not path.exists():
            print(f'no baseline {path}: make one with --save-baseline {options.compare}', file=sys.stderr)
            return 2
        old = json.loads(path.read_text())
    about = machine()
    print(f'machine: {about["processor"]}, {about["processors"]} processors, {about["system"]}', flush=True)
    figures, code = run(names, programs, options.short)
    result = {'machine': about, 'figures': figures}
    for path in [p for p in (options.json and pathlib.Path(options.json), options.save_baseline and baseline_path(options.save_baseline)) if p]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result, indent=1) + '\n')
    if old:
        lines, worse = compare(old, result, {**THRESHOLDS, 'count': options.limit_count})
        print(f'\n== compared with {options.compare} ({old["machine"]["processor"]}, {old["machine"]["time"]})')
        print('\n'.join(lines) if lines else 'nothing in common')
        code = max(code, int(worse))
    if options.report:
        report.write(pathlib.Path(options.report), result, old)
        print(f'\nreport: {options.report}')
    return code


if __name__ == '__main__':
    sys.exit(main())
