#!/usr/bin/env python3
"""Times analyses of a small, a medium and a large model: from process start without and with results on disk, in a server
when opened, after an edit.

The edit changes one number or comment of the file as a person types; the time is from the change being sent to its
diagnostics. Peer of the first: CPython reading and parsing (ast.parse) the files that the check read.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from bench import ROOT, SITE, TRIDENT, check_command, inputs, megabytes, milliseconds, model_file, record, repeat

sys.path.insert(0, str(ROOT / 'tests/e2e'))
from protocol_client import Client

RUNS, EDITS = 15, 20
PARSE = "import ast, sys\nfor f in sys.argv[1:]: ast.parse(open(f, 'rb').read())"


def in_server(path, text):
    """Seconds to first diagnostics; median seconds after an edit of a token, of a comment, to an answer; peak bytes."""
    client = Client(TRIDENT)
    try:
        client.initialize(pathlib.Path(path).parent, options={'pythonPath': [str(SITE)]})
        uri = path.as_uri()
        start = time.perf_counter()
        client.open(uri, text)
        client.diagnostics(uri, 1, 60)
        opened = time.perf_counter() - start
        version, medians = 1, []
        for kind in ('print({0})\n', '# {0}\n'):
            seconds = []
            for i in range(EDITS):
                version += 1
                start = time.perf_counter()
                client.replace(uri, version, text + kind.format(i))
                client.diagnostics(uri, version, 60)
                seconds.append(time.perf_counter() - start)
            medians.append(statistics.median(seconds))
        answers = []
        for method, params in (('textDocument/hover', {'position': {'line': 3, 'character': 0}}),
                               ('textDocument/inlayHint', {'range': {'start': {'line': 0, 'character': 0}, 'end': {'line': 50, 'character': 0}}})):
            for _ in range(EDITS):
                start = time.perf_counter()
                client.result(method, {'textDocument': {'uri': uri}, **params})
                answers.append(time.perf_counter() - start)
        peak = int(next(line for line in open(f'/proc/{client.process.pid}/status') if line.startswith('VmHWM')).split()[1]) * 1024
        return opened, medians[0], medians[1], statistics.median(answers), peak
    finally:
        client.end()


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, text in inputs():
            path = model_file(folder, name, text)
            command = check_command(path)
            answer = json.loads(subprocess.run([*map(str, command), '--format', 'json', '--bindings'], stdout=subprocess.PIPE).stdout)
            files = sorted({b['file'] for b in answer['bindings']})
            median, fastest, peak = repeat(command, RUNS)
            os.environ['XDG_CACHE_HOME'] = f'{folder}/cache'
            warm = [word for word in command if word != '--no-cache']
            repeat(warm, 1)
            warm_median, _, _ = repeat(warm, RUNS)
            peer, _, _ = repeat([sys.executable, '-c', PARSE, *files], RUNS)
            opened, edited, comment, answered, server_peak = in_server(path, text)
            for figure, seconds in (('cold', median), ('warm', warm_median), ('opened', opened), ('edited', edited), ('comment edited', comment), ('answered', answered)):
                record(f'compile/{name}/{figure}', seconds, 's')
            record(f'compile/{name}/cold to CPython parsing', median / peer, 'ratio')
            record(f'compile/{name}/warm to cold', warm_median / median, 'ratio')
            record(f'compile/{name}/edited to opened', edited / opened, 'ratio')
            record(f'compile/{name}/peak', peak, 'B')
            record(f'compile/{name}/server peak', server_peak, 'B')
            print(f'{name:7} check {milliseconds(median)} (fastest {milliseconds(fastest).strip()}), {median / peer:.2f} of CPython parsing its {len(files)} files, '
                  f'with results on disk {milliseconds(warm_median).strip()}, '
                  f'peak {megabytes(peak).strip()}')
            print(f'{"":7} server: opened {milliseconds(opened)}, edited {milliseconds(edited)}, comment edited {milliseconds(comment)}, '
                  f'hover and hints answered {milliseconds(answered)}, peak {megabytes(server_peak).strip()}', flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
