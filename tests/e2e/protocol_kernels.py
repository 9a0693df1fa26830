"""Dialogues about Triton kernels: help while one is written, by the installed version, and what a compiler says of it.

The compiler here is a stand-in behind the interpreter of the environment: it notes what it is asked and gives a written
answer. kernels_test.py runs the real one.
"""
import json
import sys
import time

from protocol_context import Context, check, equal  # noqa: F401: Context is what protocol_test.py makes
from protocol_dialogues import FULL, document
from protocol_features import at, labels, opened, position

UNFINISHED = '''import triton
import triton.language as tl


@triton.jit
def kernel(x_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    tl.store(x_ptr + offsets, 0.0, mask=)
    tl.ar
'''
KERNEL = '''import torch
import triton
import triton.language as tl


@triton.jit
def double(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 2 * tl.load(x_ptr + i, mask=i < n), mask=i < n)


double[(4,)](torch.empty(4096), 4096, BLOCK=1024)
'''
FIGURES = {'times_us': {'front': 2000.0, 'ttir': 500.0, 'cubin': 3500.0}, 'registers': 40, 'spills': 0, 'shared': 2048, 'instructions': 96, 'ptx_bytes': 3000,
           'binary_bytes': 5000}
ANSWER = {'ok': True, 'triton': '9.8.7', 'cached': False, **FIGURES, 'previous': {**FIGURES, 'registers': 64},
          'stages': {'ttgir': {'text': 'one\ntwo\n', 'lines': [0, 8]}, 'ptx': {'text': 'mov\n', 'lines': [9]}}}


# --- help
def test_help_in_kernels(context):
    client, uri = opened(context, UNFINISHED, options={'pythonEnvironment': str(context.folder)})
    equal(labels(client.result('textDocument/completion', at(uri, UNFINISHED, 'tl.ar\n', 5))), ['arange', 'argmax', 'argmin'])
    answer = client.result('textDocument/signatureHelp', at(uri, UNFINISHED, 'BLOCK)\n', 1))
    equal((answer['signatures'][0]['label'], answer['activeParameter']), ('tl.arange(start, end)', 1))
    answer = client.result('textDocument/signatureHelp', at(uri, UNFINISHED, 'mask=)', 5))
    equal(answer['signatures'][0]['parameters'][answer['activeParameter']], {'label': 'mask='})


HOST = '''import triton
import triton.language as tl
from triton import cdiv as ceil
from triton import testing


@triton.jit
def kernel(x_ptr):
    tl.store(x_ptr, 1.0)


triton.
triton.Config(
ceil(
testing.do
triton.autotune
tl.swizzle3d
tl.float32
tl.math.
'''


def after(client, method, uri, words):
    return client.result(method, at(uri, HOST, words, len(words)))


def test_help_by_triton_where_none_is_installed(context):
    client, uri = opened(context, HOST, options={'pythonEnvironment': str(context.folder)})
    names = labels(after(client, 'textDocument/completion', uri, '\ntriton.\n'[:-1]))
    check({'jit', 'autotune', 'heuristics', 'Config', 'cdiv', 'next_power_of_2'} <= set(names), names)
    check(not [n for n in names if n.startswith('_')], names)
    answer = after(client, 'textDocument/signatureHelp', uri, 'Config(')
    equal((answer['signatures'][0]['parameters'][0]['label'], answer['activeParameter']), ('kwargs', 0))
    equal(after(client, 'textDocument/signatureHelp', uri, 'ceil(')['signatures'][0]['label'], 'ceil(x, y)')
    equal(labels(after(client, 'textDocument/completion', uri, 'testing.do')), ['do_bench', 'do_bench_cudagraph'])
    check('triton.autotune(configs, key, ' in after(client, 'textDocument/hover', uri, 'triton.aut')['contents']['value'], 'hover')


def test_help_by_the_installed_triton(context):
    write = lambda name, text: context.write('site-packages/triton/' + name, text)
    write('__init__.py', '''__version__ = '9.8.7'
from .runtime import (autotune, Config)
from .runtime.jit import jit
from . import language, testing
__all__ = ['Config', 'autotune', 'cdiv', 'jit', 'language', 'testing']


def cdiv(x: int, y: int):
    return -(x // -y)
''')
    write('runtime/__init__.py', 'from .tuner import autotune, Config\n')
    write('runtime/tuner.py', '''class Config:
    """
    One way to
    compile.

    :param kwargs: constants
    """

    def __init__(self, kwargs, num_warps=4, *, cluster: int = 1, **more):
        pass


def autotune(configs, key):
    pass
''')
    write('runtime/jit.py', 'def jit(fn=None, *, debug=None):\n    pass\n')
    write('testing.py', 'import functools\n\n\ndef do_bench(fn, warmup=25):\n    """Milliseconds of a call."""\n')
    write('language/__init__.py', 'from . import math\nfrom .core import swizzle3d, float32\n__all__ = ["swizzle3d", "float32", "math"]\n')
    write('language/core.py', '''float32 = dtype('fp32')


@builtin
def swizzle3d(i, j, k, _semantic=None):
    """Turns three\n    axes.\n    """
''')
    write('language/math.py', 'from . import core\n\n\n@core.builtin\ndef tanh(x, _semantic=None):\n    pass\n')
    client, uri = opened(context, HOST, options={'pythonEnvironment': str(context.folder / 'site-packages')})
    equal(labels(after(client, 'textDocument/completion', uri, '\ntriton.\n'[:-1])), ['Config', 'autotune', 'cdiv', 'jit', 'language', 'testing'])
    answer = after(client, 'textDocument/signatureHelp', uri, 'Config(')['signatures'][0]
    equal(answer['label'], 'triton.Config(kwargs, num_warps=4, *, cluster: int = 1, **more)')
    equal(answer['documentation'], 'One way to compile.')
    equal(after(client, 'textDocument/signatureHelp', uri, 'ceil(')['signatures'][0]['label'], 'ceil(x: int, y: int)')
    equal(labels(after(client, 'textDocument/completion', uri, 'testing.do')), ['do_bench'])
    equal(labels(after(client, 'textDocument/completion', uri, 'tl.math.')), ['tanh'])
    hover = lambda words: after(client, 'textDocument/hover', uri, words)['contents']['value']
    equal(hover('tl.swiz'), '```python\ntl.swizzle3d(i, j, k)\n```\n\nTurns three axes.\n\n*Triton 9.8.7*\n')
    equal(hover('tl.float'), "```python\ntl.float32 = dtype('fp32')\n```\n\n*Triton 9.8.7*\n")


# --- what a compiler says
def compiler(context, answer):
    """An environment whose interpreter gives the answer, and a function that says what it was asked so far."""
    context.write('answer.json', json.dumps(answer))
    context.write('compiler.py', f'''import json, sys
request = json.load(sys.stdin)
with open({str(context.folder / "asked.jsonl")!r}, 'a') as file:
    file.write(json.dumps(request) + '\\n')
sys.stdout.write(open({str(context.folder / "answer.json")!r}).read())
''')
    context.write('env/bin/python', f'#!/bin/sh\nexec {sys.executable} {context.folder / "compiler.py"}\n').chmod(0o755)
    asked = context.folder / 'asked.jsonl'
    return str(context.folder / 'env'), lambda: [json.loads(line) for line in asked.read_text().splitlines()] if asked.exists() else []


def test_kernels_of_a_file(context):
    client, uri = opened(context, KERNEL)
    stages = ['ttir', 'ttgir', 'llir', 'ptx', 'sass']
    equal(client.result('trident/kernels', document(uri)), {'kernels': [{'kernel': 'double', 'when': 'BLOCK=1024', 'target': 'cuda:90', 'line': 6, 'stages': stages}]})
    client.replace(uri, 2, KERNEL.split('double[')[0])
    equal(client.result('trident/kernels', document(uri)), {'kernels': []})
    equal(client.result('trident/kernels', document(context.uri('closed.py'))), None)


def test_kernel_profile(context):
    environment, asked = compiler(context, ANSWER)
    client, uri = opened(context, KERNEL, options={'pythonEnvironment': environment})
    equal(asked(), [])
    answer = client.result('trident/kernelProfile', document(uri))['kernels']
    # The text is the editor's: nothing was saved.
    request, = asked()
    equal((request['kernel'], request['target'], request['text'], request['stages']), ('double', 'cuda:90', KERNEL, False))
    equal(request['signature'], {'x_ptr': '*fp32:16', 'n': 'i32:16', 'BLOCK': '=1024'})
    equal([(k['kernel'], k['triton'], k['now']['registers'], k['before']['registers']) for k in answer], [('double', '9.8.7', 40, 64)])
    equal(answer[0]['now']['stages'][1], {'stage': 'ttir', 'microseconds': 500.0})
    summary = 'compiled for cuda:90 in 6.0 ms · 40 registers (was 64) · 0 spills · 2 KiB shared · 96 instructions'
    equal(answer[0]['summary'], summary + ' (BLOCK=1024)')
    titles = lambda: [lens['command']['title'] for lens in client.result('textDocument/codeLens', document(uri))]
    check(summary + ' (BLOCK=1024)' in titles(), titles())
    hover = lambda words: client.result('textDocument/hover', at(uri, KERNEL, words))['contents']['value']
    for place in ('double(x_ptr', 'double[('):
        check('| cuda:90, Triton 9.8.7 | now | before |' in hover(place) and '| registers | 40 | 64 |' in hover(place), hover(place))
    check('registers' not in hover('i < n'), hover('i < n'))
    client.replace(uri, 2, KERNEL + '\n')
    check(any(title.endswith('(edited since)') for title in titles()), titles())
    check('Edited since' in hover('double[('), hover('double[('))


def test_kernel_stage(context):
    environment, asked = compiler(context, ANSWER)
    client, uri = opened(context, KERNEL, options={'pythonEnvironment': environment})
    ask = lambda **more: client.request('trident/kernelStage', {**document(uri), **more})
    answer = ask()['result']
    equal(answer, {'kernel': 'double', 'when': 'BLOCK=1024', 'target': 'cuda:90', 'stage': 'ttgir', 'text': 'one\ntwo\n', 'lines': [0, 8]})
    equal(asked()[-1]['stages'], True)
    equal(ask(stage='ptx', kernel='double', target='cuda:80')['result']['lines'], [9])
    equal(asked()[-1]['target'], 'cuda:80')
    equal(ask(stage='hsaco')['error'], {'code': -32602, 'message': 'there is no stage `hsaco` for cuda:90'})
    equal(ask(kernel='other')['error']['message'], 'no kernel whose launch says all its types')
    equal(ask(when='BLOCK=7')['error']['message'], 'no kernel whose launch says all its types')


def test_what_did_not_compile(context):
    environment, _ = compiler(context, {'error': 'ValueError: too large\nat 3'})
    client, uri = opened(context, KERNEL, options={'pythonEnvironment': environment})
    item, = client.result('trident/kernelProfile', document(uri))['kernels']
    equal((item['error'], item['summary']), ('ValueError: too large\nat 3', 'not compiled: ValueError: too large'))
    equal(client.request('trident/kernelStage', document(uri))['error']['message'], 'ValueError: too large\nat 3')
    context.write('answer.json', json.dumps({**ANSWER, 'registers': -1}))
    item, = client.result('trident/kernelProfile', document(uri))['kernels']
    equal(item['error'], "the compiler's answer is not understood")


def test_saving_compiles_kernels_only_where_that_is_wanted(context):
    environment, asked = compiler(context, ANSWER)
    for wanted in (False, True):
        client, uri = opened(context, KERNEL, options={'pythonEnvironment': environment, 'compile': {'onSave': False, 'kernelsOnSave': wanted}})
        client.diagnostics(uri, 1)
        client.notify('textDocument/didSave', document(uri))
        deadline = time.monotonic() + (10 if wanted else 1)
        while time.monotonic() < deadline and not asked():
            client.result('textDocument/codeLens', document(uri))
            time.sleep(0.05)
        equal(len(asked()), int(wanted))


def test_the_command_compiles_one_kernel(context):
    environment, asked = compiler(context, ANSWER)
    client, uri = opened(context, KERNEL, options={'pythonEnvironment': environment})
    answer = client.result('workspace/executeCommand', {'command': 'trident.compileKernels', 'arguments': [uri, 'double']})
    equal([k['kernel'] for k in answer['kernels']], ['double'])
    equal(client.request('workspace/executeCommand', {'command': 'trident.compileKernels', 'arguments': []})['error']['code'], -32602)
    equal(len(asked()), 1)
