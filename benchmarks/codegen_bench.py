#!/usr/bin/env python3
"""Times ResNet-18 from its source to generated code: from process start without and with results on disk, and in a server
that compiles at each save, as its lens says, the first time and when nothing changed.

Peer: CPython importing torchvision's resnet, where PyTorch is installed; else CPython starting.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile

from bench import ROOT, SITE, TRIDENT, milliseconds, model_file, record, repeat

sys.path.insert(0, str(ROOT / 'tests/e2e'))
from protocol_client import Client

RUNS, SAVES, LEVEL = 25, 20, '-O2'
MODEL = '''import torch
import torchvision
model = torchvision.models.resnet18().eval()
x = torch.randn(1, 3, 224, 224)
out = model(x)
'''
UNITS = {'ms': 1e-3, 's': 1.0}


def saved(path):
    """What the lens says compiling took: at the first save, and the median of saves of the same text."""
    client = Client(TRIDENT)
    try:
        client.initialize(path.parent, capabilities={'workspace': {'codeLens': {'refreshSupport': True}}}, options={'pythonPath': [str(SITE)]})
        uri, seconds = path.as_uri(), []
        client.open(uri, MODEL)
        client.diagnostics(uri, 1, 60)
        for _ in range(1 + SAVES):
            client.notify('textDocument/didSave', {'textDocument': {'uri': uri}})
            client.wait(lambda m: m.get('method') == 'workspace/codeLens/refresh')
            lenses = client.result('textDocument/codeLens', {'textDocument': {'uri': uri}})
            title, = [lens['command']['title'] for lens in lenses if lens['command']['command'] == 'trident.compile']
            amount, unit = re.match(r'compiled -O\d, ([0-9.]+) (ms|s),', title).groups()
            seconds.append(float(amount) * UNITS[unit])
        return seconds[0], statistics.median(seconds[1:])
    finally:
        client.end()


def main():
    if not (SITE / 'torchvision').is_dir():
        print('codegen: needs torchvision: ./dev setup; left out')
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ['XDG_CACHE_HOME'] = f'{folder}/cache'
        path = model_file(folder, 'resnet18', MODEL)
        command = [TRIDENT, 'compile', LEVEL, '--python-path', SITE, path, '-o', f'{folder}/made.py']
        cold, fastest, _ = repeat([*command, '--no-cache'], RUNS)
        repeat(command, 1)
        warm, _, _ = repeat(command, RUNS)
        has_torch = subprocess.run([sys.executable, '-c', 'import torchvision.models.resnet'], stderr=subprocess.DEVNULL).returncode == 0
        peer, _, _ = repeat([sys.executable, '-c', 'import torchvision.models.resnet' if has_torch else ''], 3)
        first, again = saved(path)
        for figure, seconds in (('cold', cold), ('warm', warm), ('first save', first), ('unchanged save', again)):
            record(f'codegen/resnet18/{figure}', seconds, 's')
        record('codegen/resnet18/warm to cold', warm / cold, 'ratio')
        print(f'resnet18 to {LEVEL} code {milliseconds(cold)} (fastest {milliseconds(fastest).strip()}), with results on disk {milliseconds(warm).strip()}; '
              f'in a server {milliseconds(first).strip()} at the first save, {"less than 0.05 ms" if again == 0 else milliseconds(again).strip()} when nothing changed; '
              f'CPython {"importing the model" if has_torch else "starting"} {milliseconds(peer).strip()}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
