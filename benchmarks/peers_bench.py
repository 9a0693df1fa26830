#!/usr/bin/env python3
"""Runs pyright, pyrefly and ty beside Trident on the same model files, as language servers and on the command line.

They do other work: they check Python's types and know no tensor's size; Trident knows nothing but tensors and reads the
files that a model needs. The table says what it costs to have one, not which is better. Each server gets the file, then
small edits; the time is from the message being sent to the diagnostics of that version. Memory is the peak of the server
process. Peers that are not installed are left out: ./dev setup --bench.
"""
import os
import pathlib
import statistics
import sys
import tempfile
import time

from bench import PEERS, ROOT, SITE, TRIDENT, inputs, megabytes, milliseconds, model_file, once, record

sys.path.insert(0, str(ROOT / 'tests/e2e'))
from protocol_client import Client, Gone

EDITS, TIMEOUT = 10, 120


def peers():
    """name, server command, check command, what it is configured with"""
    site = str(SITE)
    yield 'trident', [TRIDENT, 'server'], [TRIDENT, 'check', '--no-cache', '--python-path', site]
    node = PEERS / 'node_modules/.bin'
    for name, server, check in (('pyright', [node / 'pyright-langserver', '--stdio'], [node / 'pyright']),
                                ('pyrefly', [PEERS / 'bin/pyrefly', 'lsp'], [PEERS / 'bin/pyrefly', 'check', '--search-path', site]),
                                ('ty', [PEERS / 'bin/ty', 'server'], [PEERS / 'bin/ty', 'check', '--extra-search-path', site])):
        if server[0].exists():
            yield name, list(map(str, server)), list(map(str, check))
        else:
            print(f'{name} is not installed: ./dev setup --bench')


def peak_of(pid):
    """Peak bytes of the process and its children."""
    total = 0
    for each in [pid, *map(int, pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split())]:
        try:
            total += int(next(line for line in open(f'/proc/{each}/status') if line.startswith('VmHWM')).split()[1]) * 1024
        except (OSError, StopIteration):
            pass
    return total


def serve(command, folder, path, text):
    """(seconds from process start to first diagnostics, median seconds after an edit, peak bytes)"""
    start = time.perf_counter()
    client = Client(command[0], command[1:])
    site = {'extraPaths': [str(SITE)], 'diagnosticMode': 'openFilesOnly'}
    client.answers_to_server['workspace/configuration'] = lambda params: [
        {'python.analysis': site, 'python': {'analysis': site}, 'ty': {'configuration': {'environment': {'extra-paths': [str(SITE)]}}}}.get(item.get('section'))
        for item in params['items']]
    try:
        client.initialize(folder, capabilities={'workspace': {'configuration': True}, 'textDocument': {'publishDiagnostics': {'versionSupport': True}}},
                          options={'pythonPath': [str(SITE)]})
        uri = path.as_uri()
        client.open(uri, text)
        client.diagnostics(uri, None, TIMEOUT)
        first = time.perf_counter() - start
        client.quiet(1.0)
        client.kept.clear()
        seconds = []
        for i in range(EDITS):
            start = time.perf_counter()
            client.replace(uri, i + 2, text + f'print({i})\n')
            client.diagnostics(uri, i + 2, TIMEOUT)
            seconds.append(time.perf_counter() - start)
        return first, statistics.median(seconds), peak_of(client.process.pid)
    finally:
        client.end()


def main():
    for name, text in inputs():
        print(f'{name}:', flush=True)
        own = None
        for peer, server, check in peers():
            with tempfile.TemporaryDirectory() as made:
                folder = pathlib.Path(made)
                path = model_file(folder, name, text)
                (folder / 'pyrightconfig.json').write_text('{"extraPaths": ["%s"]}' % SITE)
                try:
                    run = once([*check, path], allowed=None, folder=folder)
                    first, edited, peak = serve(server, folder, path, text)
                except (AssertionError, Gone, OSError) as error:
                    print(f'  {peer:8} gave no answer: {str(error)[:100]}')
                    continue
            own = own or (run.seconds, first, edited, peak)
            for figure, value, unit in (('check', run.seconds, 's'), ('first diagnostics', first, 's'), ('edited', edited, 's'), ('server peak', peak, 'B')):
                record(f'peers/{name}/{peer}/{figure}', value, unit)
            if peer != 'trident':
                record(f'peers/{name}/trident edited to {peer}', own[2] / edited, 'ratio')
                record(f'peers/{name}/trident peak to {peer}', own[3] / peak, 'ratio')
            print(f'  {peer:8} check {milliseconds(run.seconds)} {megabytes(run.peak_bytes)}   server: first diagnostics {milliseconds(first)}, '
                  f'edited {milliseconds(edited)}, peak {megabytes(peak)}', flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
