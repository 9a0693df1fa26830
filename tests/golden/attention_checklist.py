#!/usr/bin/env python3
"""Counts the spellings of attention that are recognised: all of tests/golden/optimize/attention.py, 30 at least.

attention_checklist.py TRIDENT

Every spelling has three near misses, made of its own text: a softmax over another dim, weights that are read besides,
and weights that are changed after the softmax. None of them is attention, and none may be taken for it.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

SPELLINGS = pathlib.Path(__file__).resolve().parent / 'optimize/attention.py'
WANTED = 30
NEAR_MISSES = {
    'a softmax over another dim': (r'softmax\(-1\)|dim=-1|dim=3|4\.0, -1\)', lambda m: {'softmax(-1)': 'softmax(-2)', 'dim=-1': 'dim=-2', 'dim=3': 'dim=2', '4.0, -1)': '4.0, -2)'}[m[0]]),
    'weights that are read besides': (r'(?m)^( +return .*)$', r'\1, weights'),
    'weights that are changed': (r'(?m)^( +)return ', r'\1weights = weights + 1\n\1return '),
}


def recognised(trident, text):
    """The classes with a hint."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'spellings.py'
        path.write_text(text)
        run = subprocess.run([trident, 'check', '--no-cache', '--format', 'concise', str(path)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f'trident check: {run.returncode}\n{run.stdout}{run.stderr}')
    lines = [int(m[1]) for m in re.finditer(r'(?m)^\S+?:(\d+):\d+:.*\[use-sdpa\]', run.stdout)]
    starts = [(text[:m.start()].count('\n') + 1, m[1]) for m in re.finditer(r'(?m)^class (\w+)', text)]
    return {[name for start, name in starts if start <= line][-1] for line in lines}


def main():
    trident, text = sys.argv[1], SPELLINGS.read_text()
    names = re.findall(r'(?m)^class (\w+)', text)
    found = recognised(trident, text)
    failures = [f'{name}: not recognised' for name in names if name not in found]
    if len(found) < WANTED:
        failures.append(f'{len(found)} spellings, {WANTED} are wanted')
    for what, (pattern, change) in NEAR_MISSES.items():
        parts = re.split(r'(?m)^(?=class |q = )', text)
        changed = [re.sub(pattern, change, part) if part.startswith('class ') else part for part in parts]
        failures += [f'{part.split("(")[0]}: no near miss with {what}' for part, new in zip(parts, changed) if part.startswith('class ') and part == new]
        failures += [f'{name}: with {what}, and taken for attention' for name in sorted(recognised(trident, ''.join(changed)))]
    print('\n'.join(failures))
    print(f'{len(found)} of {len(names)} spellings are recognised, {len(names) * len(NEAR_MISSES)} near misses, {len(failures)} failures')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
