#!/usr/bin/env python3
"""Runs the `trident` program as a person or a CI job would: formats, exit codes, bad input, baselines, watching.

    cli_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

Needs Python 3.9 and nothing else. The last line is "N passed, N failed"; the exit code is 1 when any failed.
"""
import json
import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
import traceback
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from protocol_context import FIXED, MODEL, check, equal

NESTED = 10000
PLAIN = {**os.environ, 'NO_COLOR': '', 'FORCE_COLOR': '', 'CLICOLOR_FORCE': ''}


class Skipped(Exception):
    """A test cannot run here; says what is missing."""


class Context:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *arguments, timeout=60, environment=None, **options):
        """(exit code, standard output, standard error)"""
        answer = subprocess.run([self.program, *arguments], capture_output=True, cwd=self.folder, timeout=timeout,
                                env={**PLAIN, **(environment or {})}, **options)
        return answer.returncode, answer.stdout.decode(), answer.stderr.decode()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


# --- the program
def test_help_and_version(context):
    code, out, err = context.run('--version')
    check(code == 0 and re.fullmatch(r'trident \d+\.\d+\.\d+\n', out) and not err, (code, out, err))
    for words in (['--help'], ['check', '--help'], ['profile', '--help'], ['explain', '--help'], ['server', '--help']):
        code, out, err = context.run(*words)
        check(code == 0 and 'usage:' in out and not err, (words, code, out, err))
    code, out, err = context.run()
    check(code == 2 and not out and 'usage:' in err, (code, out, err))


def test_slips_are_named(context):
    for words, hint in ((['chekc'], '`check`'), (['check', '--fromat', 'json'], '`--format`'), (['check', '--format', 'xml'], 'sarif'),
                        (['check', '--stop-after', 'lexx', '.'], 'lex'), (['check', '--format'], 'needs a value')):
        code, out, err = context.run(*words)
        check(code == 2 and not out and err.count('\n') == 1 and hint in err, (words, code, out, err))


def test_start_is_quick(context):
    times = []
    for _ in range(15):
        started = time.perf_counter()
        context.run('--version')
        times.append(time.perf_counter() - started)
    check(min(times) < 0.010, f'fastest of 15 starts: {min(times) * 1000:.1f} ms')


# --- what check says
def test_clean_and_not(context):
    context.write('clean.py', FIXED)
    context.write('model.py', MODEL)
    code, out, err = context.run('check', 'clean.py')
    check(code == 0 and 'no problems in 1 file' in out and not err, (code, out, err))
    code, out, err = context.run('check', 'model.py')
    check(code == 1 and not err, (code, err))
    match = re.search(r'^model\.py:5:\d+: error: .+ \[([a-z-]+)\]\n {4}5 \| c = a @ b\n {6}\| *\^+', out, re.M)
    check(match, out)
    check('1 error in 1 file' in out and '\x1b' not in out, out)
    code, out, err = context.run('check')
    check(code == 1 and '1 error in 2 files' in out, out)


def test_types_stand_beside_lines(context):
    context.write('clean.py', FIXED)
    code, out, _ = context.run('check', '--types', 'clean.py')
    check(code == 0 and re.search(r'^ +5 \| c = a @ b +# c: f32\[2, 5\]$', out, re.M), out)
    # A parameter is named by itself, not by its annotation.
    context.write('annotated.py', 'import torch\n\ndef f(q: torch.Tensor, k: torch.Tensor = None):\n    return q\n\nf(torch.ones(2), torch.ones(3))\n')
    code, out, _ = context.run('check', '--types', 'annotated.py')
    check(code == 0 and 'q: f32[2]   k: f32[3]' in out, out)


def test_notes_say_what_sizes_are_made_of(context):
    context.write('flat.py', 'import torch\nfrom torch import nn\n\nfc = nn.Linear(512, 10)\nx = torch.zeros(8, 512, 7, 7)\nx = torch.flatten(x, 1)\ny = fc(x)\n')
    code, out, _ = context.run('check', 'flat.py')
    check(code == 1 and 'flat.py:6:5: note: 25088 = 512 * 7 * 7, 1x1 images would give 512, comes from here: `torch.flatten(x, 1)`' in out, out)


    # Of 4 images, 64 * 4 * 4 are flattened, not 4 * 64 * 4.
    context.write('batch.py', 'import torch\nfrom torch import nn\n\nfc = nn.Linear(512, 10)\nx = torch.zeros(4, 64, 4, 4)\nx = x.view(4, -1)\ny = fc(x)\n')
    code, out, _ = context.run('check', 'batch.py')
    check(code == 1 and 'batch.py:6:5: note: 1024 = 64 * 4 * 4' in out, out)
    # The 96 channels are the weight's, though the input has 96 features.
    context.write('mixer.py', 'import torch\nfrom torch import nn\n\nmix = nn.Conv1d(96, 16, 1)\nx = torch.zeros(4, 16, 96)\ny = mix(x)\n')
    code, out, _ = context.run('check', 'mixer.py')
    check(code == 1 and 'mixer.py:4:7: note: 96 comes from here: `nn.Conv1d(96, 16, 1)`' in out and 'mixer.py:5:5: note: 16 comes' in out, out)


def test_models_are_one_line_each(context):
    model = 'import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return x\n'
    loop = 'net = Net()\nfor x in (torch.ones(2), torch.ones(3), torch.ones(2)):\n    y = net(\n        x + 1)\n'
    context.write('alone.py', model.replace('return x', 'return torch.relu(x)'))
    context.write('loop.py', (model + loop).replace('return x', 'return torch.relu(x)'))
    code, out, _ = context.run('check', 'alone.py')
    check(code == 0 and re.search(r'^Net .*alone\.py:4  class Net\(nn\.Module\)$', out, re.M), out)
    code, out, _ = context.run('check', 'loop.py')
    check(code == 0 and len(re.findall(r'^Net .*loop\.py:9  net\($', out, re.M)) == 1, out)


def test_concise(context):
    context.write('model.py', MODEL)
    code, out, _ = context.run('check', '--format', 'concise')
    check(code == 1 and re.fullmatch(r'model\.py:5:\d+: error: .+ \[[a-z-]+\]\n', out), out)


def test_flops_of_what_data_decide(context):
    context.write('boxes.py', '''import torch
from torch import nn
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(16, 4)
    def forward(self, x, scores):
        kept = torch.where(scores > 0.5)[0][:30]
        return self.layer(x[kept])
class Rest(Head):
    def forward(self, x, scores):
        return self.layer(x[torch.where(scores > 0.5)[0][1:].tolist()])
x, scores = torch.randn(100, 16), torch.rand(100)
Head()(x, scores)
Head().layer(x)
Rest()(x, scores)
''')
    code, out, _ = context.run('check', '--format', 'json', 'boxes.py')
    counted = {model['name']: (model['flops'], model['flops_at_most']) for model in json.loads(out)['models']}
    equal((code, counted), (0, {'Head': (2 * 30 * 16 * 4, True), 'Linear': (2 * 100 * 16 * 4, False), 'Rest': (None, False)}))
    code, out, _ = context.run('check', 'boxes.py')
    check('Head  68 parameters  ≤ 3,840 FLOP' in out, out)


def test_json(context):
    path = context.write('model.py', MODEL)
    code, out, _ = context.run('check', '--format', 'json', '--bindings', 'model.py')
    answer = json.loads(out)
    equal((code, len(answer['diagnostics'])), (1, 1))
    found = answer['diagnostics'][0]
    equal((found['file'], found['line'], found['severity']), (str(path), 5, 'error'))
    check(found['column'] >= 1 and (found['end_line'], found['end_column']) > (found['line'], found['column']), found)
    check(all({'file', 'line', 'column', 'message'} <= set(r) for r in found['related']), found)
    rows = {(b['line'], b['name']): b['types'] for b in answer['bindings'] if b['file'] == str(path)}
    equal((rows[3, 'a'], rows[4, 'b']), ([['f32', [2, 3]]], [['f32', [4, 5]]]))
    code, out, _ = context.run('check', '--format', 'json', 'model.py')
    check('bindings' not in json.loads(out), 'bindings only when asked for')


def test_github(context):
    context.write('model.py', MODEL)
    code, out, _ = context.run('check', '--format', 'github')
    check(code == 1 and re.match(r'::error file=model\.py,line=5,col=\d+,endLine=5,endColumn=\d+,title=trident [a-z-]+::', out), out)


def test_sarif(context):
    context.write('model.py', MODEL)
    code, out, _ = context.run('check', '--format', 'sarif')
    run = json.loads(out)['runs'][0]
    result = run['results'][0]
    equal((code, result['level']), (1, 'error'))
    equal(result['locations'][0]['physicalLocation']['region']['startLine'], 5)
    check(result['ruleId'] in [rule['id'] for rule in run['tool']['driver']['rules']], run)


def test_junit(context):
    context.write('model.py', MODEL)
    context.write('clean.py', FIXED)
    code, out, _ = context.run('check', '--format', 'junit')
    root = xml.etree.ElementTree.fromstring(out)
    equal((code, root.tag, root.get('failures')), (1, 'testsuites', '1'))
    equal(sorted((suite.get('name'), suite.get('failures')) for suite in root), [('clean.py', '0'), ('model.py', '1')])


def test_python_path(context):
    context.write('lib/sizes.py', 'width = 4\n')
    context.write('src/user.py', 'import torch\nfrom sizes import width\na = torch.zeros(2, 3)\nb = torch.zeros(width, 5)\nc = a @ b\n')
    equal(context.run('check', 'src/user.py')[0], 0, 'unknown is silent')
    equal(context.run('check', '--python-path', 'lib', 'src/user.py')[0], 1)


def test_colour_only_where_wanted(context):
    context.write('model.py', MODEL)
    check('\x1b' in context.run('check', 'model.py', environment={'FORCE_COLOR': '1'})[1], 'FORCE_COLOR')
    check('\x1b' not in context.run('check', 'model.py', environment={'FORCE_COLOR': '1', 'NO_COLOR': '1'})[1], 'NO_COLOR')
    for environment, coloured in (({'TERM': 'xterm'}, True), ({'TERM': 'dumb'}, False), ({'TERM': 'xterm', 'NO_COLOR': '1'}, False)):
        check((b'\x1b' in on_terminal(context, ['check', 'model.py'], environment)) == coloured, environment)


def on_terminal(context, arguments, environment):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([context.program, *arguments], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, cwd=context.folder, env={**PLAIN, **environment})
    os.close(theirs)
    output = b''
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    os.close(ours)
    process.wait(20)
    return output


# --- bad input
def test_what_cannot_be_checked(context):
    context.write('latin.py', 'x = "é"\n'.encode('latin-1'))
    context.write('binary.py', bytes(range(256)) * 10)
    context.write('large.py', b'# ' + b'x' * (50 << 20) + b'\n')
    (context.folder / 'empty').mkdir()
    os.mkfifo(context.folder / 'pipe.py')
    os.symlink('self.py', context.folder / 'self.py')
    for path, words in (('none.py', 'no such file'), ('empty', 'no Python files'), ('latin.py', 'byte 0xE9 at offset 5, line 1'),
                        ('binary.py', 'not a text file'), ('large.py', 'too large'), ('pipe.py', 'not a regular file'), ('self.py', '')):
        code, out, err = context.run('check', path)
        check(code == 2 and err.count('\n') == 1 and words in err and path in err, (path, code, out, err))
    equal(context.run('profile', 'none.py')[0], 2)


def test_one_bad_file_of_many(context):
    context.write('latin.py', 'x = "é"\n'.encode('latin-1'))
    context.write('model.py', MODEL)
    code, out, err = context.run('check')
    check(code == 2 and '1 error' in out and 'latin.py' in err, (code, out, err))


def test_coding_comments_and_marks(context):
    context.write('latin.py', '# -*- coding: latin-1 -*-\nx = "é"\n'.encode('latin-1'))
    context.write('marked.py', b'\xef\xbb\xbf' + FIXED.encode())
    context.write('windows.py', FIXED.replace('\n', '\r\n').encode())
    equal(context.run('check')[0], 0)


def test_deep_nesting_and_broken_source(context):
    for name, text in (('parentheses', 'x = ' + '(' * NESTED + ')' * NESTED), ('open', '[' * NESTED), ('unary', 'x = ' + '-' * NESTED + '1'),
                       ('calls', 'x = ' + 'f(' * 150 + ')' * 150), ('attributes', 'x = y' + '.z' * NESTED), ('sums', 'x = ' + '1 + ' * NESTED + '1'),
                       ('blocks', ''.join(' ' * i + 'if x:\n' for i in range(150))), ('broken', 'def f(:\n  (((\n"""'),
                       ('lambdas', 'x = ' + 'lambda: ' * NESTED + '1'), ('nots', 'x = ' + 'not ' * NESTED + '1')):
        context.write(f'{name}.py', text + '\n')
        code, out, err = context.run('check', f'{name}.py')
        check(code in (0, 1) and not err, (name, code, out[-300:], err[-300:]))


def test_import_cycles(context):
    context.write('a.py', 'import b\nx = 1\nfrom b import y\n')
    context.write('b.py', 'import a\ny = 2\n')
    context.write('c.py', 'from c import *\nimport c\n')
    code, out, err = context.run('check')
    check(code in (0, 1) and not err, (code, out, err))


def test_links_do_not_loop(context):
    context.write('model.py', FIXED)
    os.symlink('.', context.folder / 'loop')
    check('in 1 file' in context.run('check')[1], 'a link to a folder is not followed')


def test_a_reader_that_leaves(context):
    context.write('model.py', MODEL * 200)
    process = subprocess.Popen([context.program, 'check', '--types'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=context.folder)
    process.stdout.read(10)
    process.stdout.close()
    process.wait(20)
    check(process.returncode in (0, 1, 2), process.returncode)
    check(b'error' not in process.stderr.read().lower(), 'quietly')


# --- the other commands and options
def test_baselines(context):
    context.write('src/model.py', MODEL)
    equal(context.run('check', '--write-baseline', 'known.txt', 'src')[0], 0)
    code, out, _ = context.run('check', '--baseline', 'known.txt', 'src')
    check(code == 0 and '1 problem of the baseline left out' in out, out)
    context.write('src/model.py', '# moved\n' + MODEL)
    equal(context.run('check', '--baseline', 'known.txt', 'src')[0], 0, 'moving is no new problem')
    context.write('src/model.py', MODEL + 'd = a @ b\n')
    equal(context.run('check', '--baseline', 'known.txt', 'src')[0], 1, 'one more is')
    equal(context.run('check', '--baseline', 'none.txt', 'src')[0], 2)
    equal(context.run('check', '--write-baseline', 'no/such/folder.txt', 'src')[0], 2)


def test_profile(context):
    context.write('clean.py', FIXED)
    code, out, err = context.run('profile', 'clean.py')
    check(code == 0 and not err and re.search(r'^stage +wall ms', out) and 'peak resident memory' in out, (out, err))
    answer = json.loads(context.run('profile', '--format', 'json', 'clean.py')[1])
    check(answer['wall_seconds'] > 0 and any(stage['calls'] > 0 for stage in answer['stages']), answer)


SMALL_MODEL = '''import torch
from torch import nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return self.drop(torch.relu(self.norm(self.conv(x))))


model = Small().eval()
out = model(torch.randn(2, 3, 16, 16))
'''


def test_compile(context):
    context.write('small.py', SMALL_MODEL)
    code, plain, err = context.run('compile', '-O0', 'small.py')
    check(code == 0 and not err and 'class Small(nn.Module):' in plain and 'F.dropout' in plain and 'nn.BatchNorm2d(8)' in plain, (code, plain, err))
    check(all(line.split()[1] == 'torch' for line in plain.split('\n') if line.startswith(('import', 'from torch '))), plain)
    code, simple, err = context.run('compile', '-O1', 'small.py:model')
    check(code == 0 and 'dropout' not in simple and 'nn.BatchNorm2d(8)' in simple, (code, simple, err))
    code, folded, err = context.run('compile', '-O2', '--report', '--explain-rejected', 'small.py:Small')
    check(code == 0 and 'BatchNorm2d' not in folded and 'def convert_state_dict(state):' in folded, (code, folded, err))
    check('fold-batch-norm: ' in err and 'memory traffic' in err, err)
    code, out, err = context.run('compile', 'small.py:Other')
    check(code == 2 and not out and 'no model `Other`' in err, (code, out, err))


def test_compile_reports_for_a_device(context):
    context.write('small.py', SMALL_MODEL)
    code, out, err = context.run('compile', '-O1', '--report', '--device', 'h200', 'small.py')
    check(code == 0 and ' on H200 ' in err and 'redundant work removed  1 operation,' in err, err)
    # The best form known folds the batch norm, which level 1 does not.
    overhead = re.search(r'^overhead +([0-9.]+)% +([0-9.]+)%$', err, re.M)
    check(overhead and float(overhead[1]) >= float(overhead[2]) > 0, err)
    code, out, err = context.run('compile', '-O3', '--report', 'small.py')
    check(re.search(r'^overhead +[0-9.]+% +0.0%$', err, re.M), err)
    code, out, err = context.run('compile', '--device', 'H9', 'small.py')
    check(code == 2 and not out and 'MI300X' in err, (code, out, err))


def test_compile_leaves_out_what_is_no_tensor(context):
    context.write('cached.py', SMALL_MODEL.replace('return self.drop(', 'y = self.drop(').replace("(x))))\n", "(x))))\n        return {'y': y, 'cache': Cache()}\n")
                  .replace('class Small', 'class Cache:\n    pass\n\n\nclass Small'))
    code, out, err = context.run('compile', 'cached.py')
    check(code == 0 and '# Not returned, being no tensors: cache.\n' in out and "return {'y': x}" in out, (out, err))


def test_graph(context):
    context.write('small.py', SMALL_MODEL)
    code, out, err = context.run('check', '--dump', 'graph', 'small.py')
    check(code == 0 and re.search(r'= torch.nn.functional.conv2d\(.*\)  # conv, small.py:13:\d+\n', out), out)
    code, out, err = context.run('check', '--dump', 'graphviz', 'small.py')
    check(re.search(r'label="Small";\n(.*\n)*    subgraph cluster_\d+ \{\n      label="conv";', out) and '->' in out and out.count('{') == out.count('}'), out)
    graph = json.loads(context.run('check', '--dump', 'graph-json', 'small.py')[1])
    conv, = [node for node in graph['nodes'] if node['op'].endswith('conv2d')]
    check(conv['line'] == 13 and conv['flops'] == 2 * 2 * 14 * 14 * 8 * 3 * 9 and conv['bytes_written'] == 4 * 2 * 8 * 14 * 14, conv)
    check(graph['scopes'][conv['scope']]['path'] == 'conv', conv)
    weight = {state['path']: state for state in graph['entries'][0]['state']}['conv.weight']
    check(weight['kind'] == 'parameter' and weight['value'] == conv['inputs'][1]['value'], weight)


def test_compile_for_given_inputs(context):
    context.write('small.py', SMALL_MODEL.split('\nmodel = ')[0])
    code, out, err = context.run('compile', '-O1', 'small.py:Small', '--input', 'x=f32[4, 3, 8, 8]')
    check(code == 0 and 'Small for training; inputs: x f32[4, 3, 8, 8].' in out and not err, (code, out, err))
    code, out, err = context.run('compile', '-O1', 'small.py:Small().eval()', '--input', 'x=f32[4,3,8,8]')
    check(code == 0 and 'Small for inference; inputs: x f32[4, 3, 8, 8].' in out and not err, (code, out, err))
    for arguments, words in ((['small.py:Small', '--input', 'x=f31[2]'], 'not \'x=f31[2]\''), (['small.py', '--input', 'x=f32[2]'], 'FILE:NAME'),
                             (['small.py:Small(', '--input', 'x=f32[2]'], 'no expression')):
        code, out, err = context.run('compile', *arguments)
        check(code == 2 and not out and words in err, (code, out, err))


def test_compile_writes_only_over_its_own(context):
    context.write('small.py', SMALL_MODEL)
    target = context.folder / 'made' / 'fast.py'
    for level in ('-O1', '-O1', '-O2'):
        code, out, err = context.run('compile', level, 'small.py', '-o', str(target))
        check(code == 0 and not out and not err and target.read_text().startswith('# Generated by Trident '), (code, out, err))
    check(os.listdir(target.parent) == ['fast.py'], os.listdir(target.parent))
    edited = target.read_text().replace('nn.ReLU', 'nn.GELU') + '# mine\n'
    for text, words in ((edited, 'was edited'), ('x = 1\n', 'was not written by Trident')):
        target.write_text(text)
        code, out, err = context.run('compile', '-O1', 'small.py', '-o', str(target))
        check(code == 2 and words in err and target.read_text() == text, (code, out, err))


def test_compile_says_what_is_not_known(context):
    context.write('odd.py', 'import torch\nfrom torch import nn\n\n\nclass Odd(nn.Module):\n    def forward(self, x):\n'
                            '        if x.sum() > 0:\n            return x * 2\n        return x + 1\n\n\nout = Odd()(torch.randn(2, 3))\n')
    code, out, err = context.run('compile', 'odd.py')
    check(code == 2 and not out and 'no code for Odd' in err and 'paths' in err, (code, out, err))
    # What this call's input holds is known, and may be different in the next; what a constant holds is not.
    decides = ('import torch\nfrom torch import nn\n\n\nclass Odd(nn.Module):\n    def forward(self, x):\n'
               '        if {}.all():\n            return x * 2\n        return x + 1\n\n\nout = Odd()(torch.ones(2, 3))\n')
    context.write('odd.py', decides.format('x'))
    code, out, err = context.run('compile', 'odd.py')
    check(code == 2 and not out and 'decided by what the tensor holds' in err, (code, out, err))
    context.write('odd.py', decides.format('torch.ones(2, 3)'))
    code, out, err = context.run('compile', 'odd.py')
    check(code == 0 and 'x * 2' in out and 'x + 1' not in out and not err, (code, out, err))


def test_explain(context):
    code, out, _ = context.run('explain', '--list')
    equal(code, 0)
    slug = out.split()[0]
    code, out, err = context.run('explain', slug)
    check(code == 0 and out.startswith('# ') and not err, (slug, out, err))
    equal(context.run('explain', f'[{slug}]')[0], 0, 'as it stands in the output')
    code, out, err = context.run('explain', slug + 'x')
    check(code == 2 and slug in err, err)
    equal(context.run('explain')[0], 2)


def test_stages_and_places(context):
    context.write('clean.py', FIXED)
    for stage in ('tokens', 'tree'):
        code, out, err = context.run('check', '--dump', stage, 'clean.py')
        check(code == 0 and out and not err, (stage, code, out, err))
    code, out, err = context.run('check', '--dump', 'nothing', 'clean.py')
    check(code == 2 and 'tokens' in err, (code, out, err))
    equal(context.run('check', '--stop-after', 'parse', 'clean.py')[0], 0)
    equal(context.run('check', '--at', '0:1', 'clean.py')[0], 2)
    code, out, err = context.run('check', '--at', '5:1', 'clean.py')
    check(code in (0, 2) and (out or err), (code, out, err))


def test_gaps(context):
    context.write('gaps.py', 'import torch\nimport not_installed\n\nx = not_installed.load()\ny = x.weight\nz = y + 1\nw = torch.zeros(2)\n')
    code, out, err = context.run('check', '--show-gaps', 'gaps.py')
    check(code == 0 and out.startswith(str(context.folder)) and '3 names are unknown: x:4 y:5 z:6' in out, (code, out, err))
    context.write('known.py', 'import torch\nx = torch.zeros(2)\n')
    equal(context.run('check', '--show-gaps', 'known.py')[1], 'nothing was lost\n')


class Watching:
    """`trident check --watch` in the folder, for as long as the block lasts."""

    def __init__(self, context, *paths):
        self.process = subprocess.Popen([context.program, 'check', '--no-cache', '--watch', *paths], stdout=subprocess.PIPE, cwd=context.folder, env=PLAIN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def until(self, words):
        seen, end = b'', time.monotonic() + 20
        while words not in seen:
            left = end - time.monotonic()
            check(left > 0, (words, seen))
            if select.select([self.process.stdout], [], [], left)[0]:
                seen += os.read(self.process.stdout.fileno(), 65536)
        return seen


def test_watch(context):
    path = context.write('model.py', MODEL)
    with Watching(context) as watching:
        check(b'1 error' in watching.until(b'watching 1 file'), 'the first check')
        path.write_text(FIXED)
        check(b'no problems' in watching.until(b'watching 1 file'), 'the second check')
        path.write_text(MODEL)
        check(b'1 error' in watching.until(b'watching 1 file'), 'the third check')
        watching.process.send_signal(2)
        equal(watching.process.wait(10), 1)


def test_watch_sees_what_is_imported_and_what_appears(context):
    sizes = context.write('lib/sizes.py', 'width = 3\n')
    context.write('src/user.py', 'import torch\nfrom lib.sizes import width\n\nc = torch.zeros(2, 4) @ torch.zeros(width, 5)\n')
    with Watching(context, 'src') as watching:
        check(b'1 error' in watching.until(b'watching 1 file'), 'the first check')
        sizes.write_text('width = 4\n')
        check(b'no problems' in watching.until(b'watching 1 file'), 'an imported file changed')
        (context.folder / 'src/new').mkdir()
        watching.until(b'watching 1 file')
        context.write('src/new/model.py', MODEL)
        check(b'1 error' in watching.until(b'watching 2 files'), 'a file in a new folder')
        context.write('trident.toml', '[severity]\nmatmul-sizes = "off"\n')
        check(b'no problems' in watching.until(b'watching 2 files'), 'the configuration appeared')
        watching.process.stdout.close()
        sizes.write_text('width = 3\n')
        equal(watching.process.wait(20), 0, 'it ends when nobody reads')


def run_tests(tests):
    """Runs the functions by name in a fresh folder each; the exit code."""
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / 'build' / 'trident')
    if not os.access(program, os.X_OK):
        print(f'{program} is not built')
        return 2
    passed, failed = 0, 0
    for name, test in tests.items():
        if sys.argv[2:] and not any(word in name for word in sys.argv[2:]):
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Context(program, pathlib.Path(folder).resolve()))
                passed += 1
                print(f'ok    {name}  {time.monotonic() - started:.2f} s')
            except Skipped as why:
                print(f'skip  {name}: {why}')
            except Exception as error:
                failed += 1
                print(f'FAIL  {name}: {error!r}')
                traceback.print_exc(file=sys.stdout)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(run_tests({name: test for name, test in list(globals().items()) if name.startswith('test_')}))
