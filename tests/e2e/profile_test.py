#!/usr/bin/env python3
"""Runs `trident profile` and looks at what it writes: the tables, the Chrome trace, the page in a real browser.

    profile_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

The page is measured in headless Chromium; without one that test is skipped, and says so.
"""
import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[2] / 'benchmarks')]
import cli_test
import synthetic_trace
from cli_test import Skipped, check

BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')
MODEL = '''\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Linear(width, 4 * width)
        self.b = nn.Linear(4 * width, width)

    def forward(self, x):
        return x + self.b(torch.relu(self.a(x)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(64) for _ in range(3)])
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.blocks(x))


y = Net()(torch.zeros(8, 64))
'''
# Runs inside the page: what has no size or stands outside of its plot, and whether the page fits its window.
MEASURE = '''<script>
const found = {width: document.documentElement.scrollWidth, window: innerWidth, outside: [], boxes: 0, text: document.body.innerText};
for (const svg of document.querySelectorAll('svg')) {
  const frame = svg.getBoundingClientRect();
  if (frame.width < 100 || frame.height < 20) found.outside.push('plot ' + svg.className.baseVal);
  for (const shape of svg.querySelectorAll('rect, circle, path, text')) {
    const box = shape.getBoundingClientRect();
    found.boxes++;
    if (box.left < frame.left - 20 || box.right > frame.right + 20 || box.top < frame.top - 20 || box.bottom > frame.bottom + 20)
      found.outside.push(svg.className.baseVal + ': ' + shape.tagName + ' ' + shape.textContent);
  }
}
found.plots = [...document.querySelectorAll('svg')].map(svg => svg.className.baseVal);
document.body.replaceChildren(Object.assign(document.createElement('pre'), {id: 'found', textContent: btoa(unescape(encodeURIComponent(JSON.stringify(found))))}));
</script></body>'''


def profile(context, *arguments):
    context.write('net.py', MODEL)
    return context.run('profile', *arguments)


def test_tables(context):
    code, out, err = profile(context, 'net.py')
    check(code == 0 and not err, (code, err))
    for wanted in ('stage', 'parse', 'eval', 'whole run', '% of the time', 'Block.forward', 'Net: 13 kernels', 'net.py:12', 'blocks.0 Block', 'A100'):
        check(wanted in out, (wanted, out))
    # The first block's input is all zeros, the others' are not known: the third is answered from the summary of the second.
    check(re.search(r'Block\.forward +[\d.]+ +[\d.]+ +2 +1 ', out), out)


def test_json(context):
    code, out, err = profile(context, '--format', 'json', '--device', 'h100', 'net.py')
    check(code == 0 and not err, (code, err))
    answer = json.loads(out)
    stages = {stage['stage']: stage for stage in answer['stages']}
    check(stages['eval']['peak_bytes'] > 100_000, stages['eval'])
    names = {function['name'] for function in answer['functions']}
    check({'Net.forward', 'Net.__init__', '<module>', '<parse>'} <= names, names)
    (model,) = answer['costs']
    # Linear layers only: 2 FLOP for each weight and each of the 8 rows.
    check(model['flops'] == 2 * 8 * (3 * 2 * 64 * 256 + 64 * 10), model['flops'])
    check(model['device'] == 'H100', model['device'])
    check(sum(line['flops'] for line in model['lines']) == model['flops'], model['lines'])
    modules = {module['path']: module for module in model['modules']}
    check(modules['']['flops'] == model['flops'] and modules['blocks.1.a']['flops'] == 2 * 8 * 64 * 256, modules)
    # At relu, its input (8 x 256), its output and the residual (8 x 64, an activation from the second block on) are held.
    check(model['peak_activation_bytes'] == 4 * 8 * (256 + 256 + 64), model['peak_activation_bytes'])


def test_training_and_symbols(context):
    context.write('chain.py', '''import torch
from torch import nn


class Chain(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.a = nn.Linear(width, 4 * width)
        self.b = nn.Linear(4 * width, width)

    def forward(self, x):
        rows, width = x.shape
        return self.b(torch.relu(self.a(x)).contiguous())
''')
    context.write('run.py', 'import torch\nfrom chain import Chain\nChain(64)(torch.randn(8, 64))\n')
    model, = json.loads(profile(context, '--format', 'json', 'run.py')[1])['costs']
    # Kept: what relu made, 8 x 256. The most at once: that, its gradient and that of its input.
    check(model['saved_bytes'] == 4 * 8 * 256, model)
    check(model['training_bytes'] == 4 * 8 * (256 + 256 + 256), model)
    code, out, err = profile(context, 'chain.py')
    check(code == 0 and 'with symbols: ' in out and 'width ** 2' in out and 'bytes moved' in out, out)


def test_slips(context):
    code, out, err = profile(context, '--device', 'A1000', 'net.py')
    check(code == 2 and not out and 'H200' in err, (code, out, err))
    code, out, err = profile(context, '--html', 'no/such/folder.html', 'net.py')
    check(code == 2 and 'cannot be written' in err, (code, err))


def test_trace(context):
    code, out, err = profile(context, '--trace', 'trace.json', 'net.py')
    check(code == 0 and not err, (code, err))
    events = json.loads((context.folder / 'trace.json').read_text())['traceEvents']
    calls = [e for e in events if e.get('cat') == 'call']
    forward = [e for e in calls if e['name'] == 'Net.forward']
    check(len(forward) == 1 and forward[0]['args'] == {'file': 'net.py', 'line': 21}, forward)
    start, end = forward[0]['ts'], forward[0]['ts'] + forward[0]['dur']
    inside = [e for e in calls if e['name'] == 'Block.forward']
    check(inside and all(start <= e['ts'] and e['ts'] + e['dur'] <= end + 0.001 for e in inside), (forward, inside))
    check(any(e['ph'] == 'C' and e['args']['bytes'] > 0 for e in events), 'no memory')
    check(all(e['ts'] >= 0 and e['dur'] >= 0 for e in events if e['ph'] == 'X'), 'negative times')


def test_page_in_a_browser(context):
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        raise Skipped('no Chromium: apt-get install chromium')
    code, out, err = profile(context, '--html', 'page.html', 'net.py')
    check(code == 0 and not err, (code, err))
    page = context.folder / 'page.html'
    text = page.read_text()
    check('<script' not in text and 'http' not in text.replace('http://www.w3.org', ''), 'the page needs something else')
    page.write_text(text.replace('</body>', MEASURE))
    command = [browser, '--headless', '--no-sandbox', '--disable-gpu', f'--user-data-dir={context.folder}/browser', '--window-size=1280,900',
               '--dump-dom', page.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120)
    answer = re.search(r'<pre id="found">([^<]*)', done.stdout.decode())
    check(answer, done.stderr.decode()[-2000:])
    found = json.loads(base64.b64decode(answer.group(1)))
    check(not found['outside'], found['outside'])
    check(found['width'] <= found['window'], found)
    check(found['plots'] == ['flame', 'curve', 'roofline', 'curve'], found['plots'])
    check(found['boxes'] > 20, found['boxes'])
    for wanted in ('net.py', 'Stages', 'Block.forward', 'blocks.0.a', 'Roofline', 'at least'):
        check(wanted in found['text'], (wanted, found['text'][:2000]))


def test_import(context):
    profile(context)
    path = context.folder / 'trace.json'
    steps = synthetic_trace.write(path, 3 << 20)
    code, out, err = profile(context, '--import', 'trace.json', 'net.py')
    check(code == 0 and not err and f'one of {steps} steps' in out, (code, out, err))
    # Three blocks of two linear layers, a relu and an addition on one line; the head on another.
    rows = {int(row.split('\t')[1]): [float(cell) for cell in row.split('\t')[2:5]]
            for row in (context.folder / '.trident/measured.tsv').read_text().splitlines() if not row.startswith('#')}
    check(set(rows) == {12, 22}, rows)
    check(abs(rows[12][0] - 3 * (2 * 40 + 10 + 5) / 1e3) < 1e-6 and abs(rows[22][0] - 0.04) < 1e-6, rows)
    shown = context.run('check', '--types', 'net.py')[1]
    check(re.search(r'self\.a\(x\)\)\) +# 0\.285 ms', shown), shown)
    # A line that moved keeps its mark, one that changed loses it.
    text = '# one more line\n' + MODEL.replace('self.head(self.blocks(x))', 'self.head(self.blocks( x ))')
    context.write('net.py', text)
    shown = context.run('check', '--types', 'net.py')[1]
    check('0.285 ms' in shown and '0.040 ms' not in shown, shown)


def test_import_of_damaged_traces(context):
    profile(context)
    path = context.folder / 'trace.json'
    synthetic_trace.write(path, 0)
    text = path.read_bytes()
    at = text.index(b'{', len(text) // 2)
    for damaged in (text[:at + 20], text[:at] + b'!' + text[at + 1:], b'', b'{}'):
        path.write_bytes(damaged)
        code, out, err = profile(context, '--import', 'trace.json', 'net.py')
        check(code == 2 and not out and re.search(r'trace\.json: byte \d+: ', err), (code, out, err))
    code, out, err = profile(context, '--import', 'none.json')
    check(code == 2 and 'cannot be read' in err, (code, err))


if __name__ == '__main__':
    sys.exit(cli_test.run_tests({name: test for name, test in list(globals().items()) if name.startswith('test_')}))
