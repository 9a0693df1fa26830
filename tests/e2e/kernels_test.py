#!/usr/bin/env python3
"""Runs `trident profile --kernels`: what it says without triton, in time, and of a kernel before and after a change.

    kernels_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

Compiling needs triton (./dev setup puts it into .cache/triton); without it that test is skipped, and says so.
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cli_test
from cli_test import Skipped, check, equal

TRITON = pathlib.Path(__file__).resolve().parents[2] / '.cache/triton'
KERNEL = '''\
import torch
import triton
import triton.language as tl


@triton.jit
def double(x_ptr, o_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(o_ptr + i, 2 * tl.load(x_ptr + i, mask=i < n), mask=i < n)


raise SystemExit('this is never run')
double[(4,)](torch.empty(4096), torch.empty(4096), 4096, BLOCK=1024)
'''


def environment(context, triton):
    return {'PYTHONPATH': str(TRITON) if triton else '', 'XDG_CACHE_HOME': str(context.folder / 'cache'), 'HOME': str(context.folder)}


def test_says_that_triton_is_missing(context):
    context.write('kernels.py', KERNEL.replace("raise SystemExit('this is never run')\n", ''))
    context.write('venv/bin/python', f'#!/bin/sh\nexec {sys.executable} -S "$@"\n').chmod(0o755)
    code, _, error = context.run('profile', '--kernels', '--python', 'venv', 'kernels.py', environment=environment(context, False))
    equal(code, 2)
    check('has no triton: pip install triton' in error, error)


def test_gives_up_after_a_time(context):
    context.write('kernels.py', KERNEL.replace("raise SystemExit('this is never run')\n", ''))
    context.write('venv/bin/python', '#!/bin/sh\nsleep 60\n').chmod(0o755)
    code, _, error = context.run('profile', '--kernels', '--python', 'venv', '--timeout', '1', 'kernels.py', environment=environment(context, False))
    equal(code, 2)
    check('took longer than 1 s' in error, error)


def test_refuses_an_answer_that_makes_no_sense(context):
    context.write('kernels.py', KERNEL.replace("raise SystemExit('this is never run')\n", ''))
    for answer in ('nonsense', '{"ok": true, "registers": -1}', '[]'):
        context.write('venv/bin/python', f"#!/bin/sh\ncat > /dev/null\necho '{answer}'\n").chmod(0o755)
        code, output, error = context.run('profile', '--kernels', '--python', 'venv', 'kernels.py', environment=environment(context, False))
        equal((code, output), (2, ''))
        check("the compiler" in error, error)


def test_names_files_without_known_launches(context):
    context.write('kernels.py', KERNEL.split('raise')[0])
    code, _, error = context.run('profile', '--kernels', 'kernels.py', environment=environment(context, False))
    equal(code, 2)
    check('no kernel whose launch says all its types' in error, error)


def test_compiles_and_compares(context):
    where = {**os.environ, 'PYTHONPATH': str(TRITON)}
    if subprocess.run(['python3', '-c', 'import triton'], env=where, stderr=subprocess.DEVNULL).returncode:
        raise Skipped('triton cannot be imported: ./dev setup')
    run = lambda *more: context.run('profile', '--kernels', '--format', 'json', '--timeout', '300', *more, 'kernels.py:double', timeout=400, environment=environment(context, True))
    context.write('kernels.py', KERNEL.replace("raise SystemExit('this is never run')\n", '').replace('import torch\n', 'import torch\nprint("the rest of the file is not run")\n'))
    code, output, error = run('--stages', 'out')
    equal(code, 0)
    first, = json.loads(output)
    equal((first['kernel'], first['target'], first['cached']), ('double', 'cuda:90', False))
    equal(list(first['now']['microseconds']), sorted(['front', 'ttir', 'ttgir', 'llir', 'ptx', 'cubin']))
    check(0 < first['now']['registers'] < 256 and first['now']['spills'] == 0 and first['now']['shared'] == 0, first)
    for stage, words in (('ttgir', 'tt.store'), ('llir', 'st.global'), ('ptx', 'st.global'), ('sass', ' STG')):
        lines = (context.folder / f'out/double.{stage}.lines').read_text().split()
        text = (context.folder / f'out/double.{stage}').read_text().splitlines()
        equal(len(lines), len(text), stage)
        equal({lines[n] for n, line in enumerate(text) if words in line}, {'10'}, stage)
    code, output, _ = run()
    equal(json.loads(output)[0]['cached'], True)
    check('before' not in json.loads(output)[0], output)
    context.write('kernels.py', (context.folder / 'kernels.py').read_text().replace('2 * tl.load', 'tl.sin(1.0 * tl.load').replace('mask=i < n), mask', 'mask=i < n)), mask'))
    code, output, _ = run()
    after, = json.loads(output)
    equal((after['cached'], after['before']), (False, first['now']))
    check(after['now']['ptx_bytes'] > first['now']['ptx_bytes'], after)


if __name__ == '__main__':
    sys.exit(cli_test.run_tests({name: test for name, test in globals().items() if name.startswith('test_')}))
