"""What a broken client, a busy client or a strange disk may do to the server: it answers as specified and lives on."""
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import threading
import time

from protocol_client import Client, frame
from protocol_context import FIXED, MODEL, SLOW, Context, check, equal, errors


def alive(client):
    equal(client.request('textDocument/nothing', {})['error']['code'], -32601, 'the server lives')


# --- bytes
def test_messages_in_pieces(context):
    client = context.raw()
    data = frame({'jsonrpc': '2.0', 'id': 1, 'method': 'initialize', 'params': {'processId': None, 'rootUri': None, 'capabilities': {}}})
    for i in range(0, len(data), 7):
        client.raw(data[i:i + 7])
        time.sleep(0.001)
    check('capabilities' in client.response(1)['result'], 'capabilities')
    client.raw(frame({'jsonrpc': '2.0', 'id': 2, 'method': 'a'}) + frame({'jsonrpc': '2.0', 'id': 3, 'method': 'b'}))
    equal([client.response(i)['error']['code'] for i in (2, 3)], [-32601, -32601])


def test_not_json(context):
    client = context.start()
    for body in (b'{', b'nonsense', b'', b'{"jsonrpc": "2.0", "method": "a", "params": {"x": "\xff"}}', b'[' * 100000):
        client.raw(frame(body))
        equal(client.null_error()['code'], -32700, body[:40])
    alive(client)


def test_not_json_rpc(context):
    client = context.start()
    for message in ([], 5, 'x', None, {}, {'jsonrpc': '1.0', 'method': 'a'}, {'jsonrpc': '2.0'}, {'jsonrpc': '2.0', 'method': 5},
                    {'jsonrpc': '2.0', 'id': {}, 'method': 'a'}, {'jsonrpc': '2.0', 'id': 1.5, 'method': 'a'}, {'jsonrpc': '2.0', 'id': None, 'method': 'a'},
                    [{'jsonrpc': '2.0', 'id': 1, 'method': 'a'}], {'jsonrpc': '2.0', 'method': 'a', 'params': 5}):
        client.raw(frame(message))
        equal(client.null_error()['code'], -32600, message)
    client.raw(frame({'jsonrpc': '2.0', 'id': 77, 'method': 'a', 'params': 'x'}))
    equal(client.response(77)['error']['code'], -32600)
    alive(client)


def test_responses_nobody_waits_for(context):
    client = context.start()
    client.send({'id': 4711, 'result': 5})
    client.send({'id': 'x', 'error': {'code': 1, 'message': 'no'}})
    client.send({'id': None, 'error': {'code': -32700, 'message': 'no'}})
    alive(client)


def test_garbage_between_messages(context):
    client = context.start()
    client.raw(b'hello\r\nthis is no header\r\n\r\n')
    equal(client.null_error()['code'], -32700)
    alive(client)
    client.raw(b'X' * 200000 + b'\r\n\r\n')
    equal(client.null_error()['code'], -32700)
    alive(client)
    client.raw(bytes(random.Random(1).randrange(256) for _ in range(5000)) + b'\r\n\r\n')
    equal(client.null_error()['code'], -32700)
    alive(client)


def test_wrong_headers(context):
    client = context.start()
    for header in (b'Content-Length: ten\r\n\r\n', b'Content-Length: -5\r\n\r\n', b'Content-Length: 99999999999999999999999\r\n\r\n',
                   b'Content-Length: 999999999999\r\n\r\n', b'Content-Type: text/plain\r\n\r\n'):
        client.raw(header)
        equal(client.null_error()['code'], -32700, header)
    body = frame({'jsonrpc': '2.0', 'id': 9, 'method': 'a'}).split(b'\r\n\r\n')[1]
    client.raw(b'content-length:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n' % len(body) + body)
    equal(client.response(9)['error']['code'], -32601)
    client.raw(b'Content-Length: %d\n\n' % len(body) + body)
    equal(client.response(9)['error']['code'], -32601)


def test_half_a_message_and_the_end(context):
    client = context.start()
    client.raw(b'Content-Length: 1000\r\n\r\n{"jsonrpc"')
    client.sink.close()
    equal(client.process.wait(10), 1)


def test_a_message_of_100_megabytes(context):
    client = context.start()
    client.send({'id': 5, 'method': 'textDocument/hover', 'params': {'padding': 'x' * (100 << 20)}})
    equal(client.response(5, 60)['error']['code'], -32602)
    alive(client)


def open_and_replace(context, megabytes):
    client = context.start()
    uri = context.uri('large.py')
    client.open(uri, '# ' + 'x' * (megabytes << 20) + '\n')
    alive(client)
    client.replace(uri, 2, MODEL)
    equal(len(errors(client.diagnostics(uri, 2, 60))), 1)


def test_a_document_of_100_megabytes(context):
    open_and_replace(context, 100)


def test_a_document_of_20_megabytes(context):
    open_and_replace(context, 20)


def test_a_client_that_dies(context):
    client = context.start()
    client.open(context.uri('model.py'), MODEL)
    client.process.stdout.close()
    client.process.stdin.close()
    client.process.wait(10)


def test_a_client_that_is_killed(context):
    """The process that holds the pipes ends without a word, in the middle of an analysis."""
    script = 'import os, subprocess, sys\np = subprocess.Popen([sys.argv[1], "server"], stdin=subprocess.PIPE)\nprint(p.pid, flush=True)\np.stdin.write(sys.stdin.buffer.read())\np.stdin.flush()\nos.kill(os.getpid(), 9)'
    messages = b''.join(frame({'jsonrpc': '2.0', **m}) for m in (
        {'id': 1, 'method': 'initialize', 'params': {'processId': None, 'rootUri': None, 'capabilities': {}}},
        {'method': 'textDocument/didOpen', 'params': {'textDocument': {'uri': context.uri('model.py'), 'languageId': 'python', 'version': 1, 'text': MODEL}}}))
    answer = subprocess.run([sys.executable, '-c', script, context.server], input=messages, capture_output=True, timeout=20)
    equal(answer.returncode, -9)
    server = int(answer.stdout.split(b'\n')[0])
    deadline = time.monotonic() + 10
    while os.path.exists(f'/proc/{server}/stat') and open(f'/proc/{server}/stat').read().split()[2] != 'Z':
        check(time.monotonic() < deadline, 'the server outlives its client')
        time.sleep(0.02)


def test_a_parent_that_dies(context):
    """The pipe stays open in another process, but the one that was named in `initialize` is gone."""
    parent = subprocess.Popen(['sleep', '60'])
    client = context.raw()
    client.result('initialize', {'processId': parent.pid, 'rootUri': None, 'capabilities': {}})
    parent.kill()
    parent.wait()
    equal(client.process.wait(15), 1)


def test_a_client_that_does_not_read(context):
    client = Client.__new__(Client)
    process = subprocess.Popen([context.server, 'server'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    try:
        data = frame({'jsonrpc': '2.0', 'id': 1, 'method': 'initialize', 'params': {'processId': None, 'rootUri': None, 'capabilities': {}}})
        data += b''.join(frame({'jsonrpc': '2.0', 'id': i, 'method': 'x' * 500}) for i in range(2, 2000))
        writer = threading.Thread(target=lambda: process.stdin.write(data), daemon=True)
        writer.start()
        writer.join(10)
        check(not writer.is_alive(), 'the server goes on reading')
        received = b''
        while received.count(b'"id":') < 1999:
            received += process.stdout.read(1 << 16)
    finally:
        process.kill()
        process.wait()
    del client


# --- order and speed
def test_five_thousand_changes(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    client.diagnostics(uri, 1)
    started = time.monotonic()
    burst = []
    for version in range(2, 5002):
        burst.append(frame({'jsonrpc': '2.0', 'method': 'textDocument/didChange', 'params': {
            'textDocument': {'uri': uri, 'version': version},
            'contentChanges': [{'range': {'start': {'line': 1, 'character': 0}, 'end': {'line': 1, 'character': version % 2}}, 'text': '#' if version % 2 == 0 else ''}]}}))
    client.raw(b''.join(burst))
    equal(len(errors(client.diagnostics(uri, 5001, 30))), 1)
    check(time.monotonic() - started < 10, 'in time')
    versions = [m['params']['version'] for m in client.kept if m.get('method') == 'textDocument/publishDiagnostics']
    equal(versions, sorted(versions), 'no older version after a newer one')


def test_answers_are_of_the_last_version(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, FIXED)
    data, wanted = b'', []
    for version in range(2, 40):
        text = FIXED.replace('2, 3', f'{version}, 3')
        data += frame({'jsonrpc': '2.0', 'method': 'textDocument/didChange', 'params': {'textDocument': {'uri': uri, 'version': version}, 'contentChanges': [{'text': text}]}})
        identifier = 1000 + version
        data += frame({'jsonrpc': '2.0', 'id': identifier, 'method': 'textDocument/inlayHint', 'params': {
            'textDocument': {'uri': uri}, 'range': {'start': {'line': 2, 'character': 0}, 'end': {'line': 2, 'character': 5}}}})
        wanted.append((identifier, version))
    client.raw(data)
    for identifier, version in wanted:
        answer = client.response(identifier)
        check(answer.get('error', {}).get('code') == -32801 or int(answer['result'][0]['label'].split('[')[1].split(',')[0]) >= version, (version, answer))


def test_wrong_versions(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, MODEL, version=10)
    client.replace(uri, 3, FIXED)
    equal(errors(client.diagnostics(uri, 3)), [], 'the text counts, not the number')
    client.notify('textDocument/didChange', {'textDocument': {'uri': uri, 'version': None}, 'contentChanges': [{'text': MODEL}]})
    equal(len(errors(client.diagnostics(uri, 4))), 1)
    client.notify('textDocument/didChange', {'textDocument': {'uri': uri, 'version': 'x'}, 'contentChanges': 5})
    client.notify('textDocument/didChange', {'textDocument': {'uri': context.uri('closed.py'), 'version': 1}, 'contentChanges': []})
    client.notify('textDocument/didClose', {'textDocument': {'uri': context.uri('closed.py')}})
    client.notify('textDocument/didOpen', {'textDocument': {'uri': uri}})
    alive(client)


def test_open_twice_takes_the_last_text(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, FIXED, version=1)
    client.open(uri, MODEL, version=2)
    equal(len(errors(client.diagnostics(uri, 2))), 1)


def test_positions_out_of_range(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, FIXED)
    huge = {'line': 4294967295, 'character': 4294967295}
    client.change(uri, 2, [{'range': {'start': huge, 'end': {'line': 0, 'character': 0}}, 'text': MODEL}])
    equal(len(errors(client.diagnostics(uri, 2))), 1, 'a range the wrong way round replaces what is between')
    for position in (huge, {'line': 4, 'character': 4294967295}):
        check('error' not in client.request('textDocument/hover', {'textDocument': {'uri': uri}, 'position': position}), position)
    equal(client.request('textDocument/hover', {'textDocument': {'uri': uri}, 'position': {'line': -1, 'character': 0}})['error']['code'], -32602)
    equal(client.request('textDocument/hover', {'textDocument': {'uri': uri}, 'position': {'line': 1.5, 'character': 0}})['error']['code'], -32602)


def test_an_id_used_twice(context):
    client = context.start()
    uri = context.uri('model.py')
    hover = {'jsonrpc': '2.0', 'id': 'same', 'method': 'textDocument/inlayHint',
             'params': {'textDocument': {'uri': uri}, 'range': {'start': {'line': 0, 'character': 0}, 'end': {'line': 9, 'character': 0}}}}
    client.open(uri, MODEL)
    client.raw(frame(hover) + frame(hover))
    answers = [client.response('same'), client.response('same')]
    check(sum('result' in a for a in answers) >= 1, answers)


def test_shutdown_in_the_middle_of_work(context):
    for ending in ('shutdown', 'exit'):
        client = context.start()
        client.open(context.uri('slow.py'), SLOW)
        time.sleep(0.05)
        started = time.monotonic()
        if ending == 'shutdown':
            equal(client.shut_down(), 0)
        else:
            client.notify('exit')
            equal(client.process.wait(10), 1)
        check(time.monotonic() - started < 2, 'nobody waits for the analysis')


def test_any_messages_in_any_order(context):
    """Requests and notifications that are right, wrong or out of place: each request has one answer, and the server lives."""
    dice = random.Random(7)
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}, 'window': {'workDoneProgress': True}})
    uris = [context.uri(name) for name in ('a.py', 'b.py', 'never.py')] + ['untitled:x', 'nonsense', '']
    requests = ['hover', 'definition', 'completion', 'signatureHelp', 'inlayHint', 'codeLens', 'codeAction', 'documentSymbol', 'diagnostic', 'semanticTokens/full',
                'semanticTokens/range']
    place = lambda: {'line': dice.choice([0, 2, 4, 99]), 'character': dice.choice([0, 3, 99])}
    span = lambda: {'start': place(), 'end': place()}
    asked = []
    for i in range(2000):
        uri = dice.choice(uris)
        document = {'textDocument': {'uri': uri}}
        kind = dice.randrange(10)
        if kind == 0:
            client.open(uri, dice.choice([MODEL, FIXED, '', '\U0001F600 = (', 'x' * 1000]), version=dice.randrange(100))
        elif kind < 4:
            client.change(uri, dice.randrange(1000), [{'range': span(), 'text': dice.choice(['', 'a', '\n', ')', MODEL])} for _ in range(dice.randrange(3))])
        elif kind == 4:
            client.notify(dice.choice(['textDocument/didClose', 'textDocument/didSave', 'notebookDocument/didClose', 'workspace/didChangeWatchedFiles']), document)
        elif kind == 5:
            client.notify('$/cancelRequest', {'id': dice.choice(asked or [0])})
        else:
            params = {**document, 'position': place(), 'range': span(), 'context': {'diagnostics': []}}
            for missing in dice.sample(sorted(params), dice.choice([0, 0, 0, 1, 2])):
                del params[missing]
            method = dice.choice(requests + ['trident/profile', 'trident/model', 'trident/graph', 'trident/cost', 'inlayHint/resolve'])
            asked.append(client.ask(method if '/' in method and not method.startswith('semantic') else f'textDocument/{method}', params))
    for identifier in asked:
        client.response(identifier, 60)
    alive(client)
    equal([m for m in client.kept if 'method' not in m], [], 'one answer each')
    equal(client.shut_down(), 0)


# --- the disk
def test_a_file_that_changes_while_open(context):
    path = context.write('model.py', FIXED)
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    equal(len(errors(client.diagnostics(uri, 1))), 1, 'the open text counts')
    path.unlink()
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': uri, 'type': 3}]})
    client.replace(uri, 2, FIXED)
    equal(errors(client.diagnostics(uri, 2)), [])
    client.notify('textDocument/didSave', {'textDocument': {'uri': uri}})
    alive(client)


def test_symlink_loops_and_odd_files(context):
    os.symlink('.', context.folder / 'loop')
    os.symlink('self.py', context.folder / 'self.py')
    os.mkfifo(context.folder / 'pipe.py')
    (context.folder / 'binary.py').write_bytes(bytes(range(256)))
    (context.folder / 'latin.py').write_bytes('x = "é"\n'.encode('latin-1'))
    context.write('one.py', MODEL)
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    items = client.result('workspace/diagnostic', {'previousResultIds': []})['items']
    check(context.uri('one.py') in [item['uri'] for item in items], items)


def test_no_write_permission(context):
    home = context.folder / 'home'
    home.mkdir()
    home.chmod(0o500)
    # Permissions do not hold root back; where there is no folder and cannot be one, nobody writes.
    for cache in (home / 'cache', pathlib.Path('/proc/none/cache'), context.write('file', '') / 'cache'):
        client = context.start(environment={'HOME': str(home), 'XDG_CACHE_HOME': str(cache)})
        uri = context.write('model.py', MODEL).as_uri()
        client.open(uri, MODEL)
        equal(len(errors(client.diagnostics(uri, 1))), 1, cache)
        client.notify('textDocument/didSave', {'textDocument': {'uri': uri}})
        equal(client.shut_down(), 0, cache)


def test_a_workspace_folder_that_is_removed(context):
    context.write('gone/sizes.py', 'width = 3\n')
    client = context.raw()
    client.initialize(root=context.folder / 'gone', capabilities={'textDocument': {'diagnostic': {}}})
    uri = context.uri('gone/user.py')
    text = 'import torch\nfrom sizes import width\n\na = torch.zeros(2, 4)\nb = torch.zeros(width, 5)\nc = a @ b\n'
    client.open(uri, text)
    pull = lambda: client.result('textDocument/diagnostic', {'textDocument': {'uri': uri}})['items']
    equal(len(errors(pull())), 1)
    shutil.rmtree(context.folder / 'gone')
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('gone/sizes.py'), 'type': 3}, {'uri': context.uri('gone'), 'type': 3}]})
    equal(errors(pull()), [], 'what is not there is not known')
    equal(client.result('workspace/diagnostic', {'previousResultIds': []})['items'], [])
    client.notify('textDocument/didSave', {'textDocument': {'uri': uri}})
    client.replace(uri, 2, MODEL)
    equal(len(errors(pull())), 1, 'the open document is all there')
    context.write('gone/sizes.py', 'width = 3\n')
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('gone/sizes.py'), 'type': 1}]})
    client.replace(uri, 3, text)
    equal(len(errors(pull())), 1, 'and so is the folder, once it is back')
    equal(client.shut_down(), 0)


def test_deeply_nested_source(context):
    client = context.start()
    uri = context.uri('deep.py')
    client.open(uri, 'x = ' + '(' * 10000 + ')' * 10000 + '\n')
    client.diagnostics(uri, 1, 30)
    client.open(context.uri('broken.py'), 'def f(:\n  (((\n"""\n')
    client.diagnostics(context.uri('broken.py'), 1)
    alive(client)


def test_import_cycle(context):
    context.write('a.py', 'import b\nfrom b import y\nx = y\n')
    context.write('b.py', 'import a\nfrom a import x\ny = x\n')
    client = context.start()
    client.open(context.uri('a.py'), 'import b\nfrom b import y\nx = y\n')
    client.diagnostics(context.uri('a.py'), 1)
    alive(client)


# --- other ways in
def test_one_thread(context):
    client = context.start(environment={'TRIDENT_SYNC': '1'})
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    equal(len(errors(client.diagnostics(uri, 1))), 1)
    equal(client.shut_down(), 0)


def serve_over(context, listener, arguments):
    listener.listen(1)
    listener.settimeout(10)
    process = subprocess.Popen([context.server, 'server', *arguments])
    try:
        connection, _ = listener.accept()
        stream = connection.makefile('rwb', buffering=0)
        client = context.raw(streams=(stream, stream))
        client.initialize()
        uri = context.uri('model.py')
        client.open(uri, MODEL)
        equal(len(errors(client.diagnostics(uri, 1))), 1)
        client.result('shutdown')
        client.notify('exit')
        equal(process.wait(10), 0)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_a_named_pipe(context):
    listener = socket.socket(socket.AF_UNIX)
    name = str(context.folder / 'pipe')
    listener.bind(name)
    with listener:
        serve_over(context, listener, ('--pipe', name))


def test_a_pipe_that_closes(context):
    for number, rest in enumerate((b'', b'Content-Length: 50\r\n\r\n{')):
        name = str(context.folder / f'closes{number}')
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(name)
            listener.listen(1)
            listener.settimeout(10)
            process = subprocess.Popen([context.server, 'server', '--pipe', name])
            connection, _ = listener.accept()
            with connection, connection.makefile('rwb', buffering=0) as stream:
                client = context.raw(streams=(stream, stream))
                client.initialize()
                client.open(context.uri('model.py'), MODEL)
                client.raw(rest)
                connection.shutdown(socket.SHUT_RDWR)
        equal(process.wait(10), 1, 'the server ends with its pipe')


def test_a_port(context):
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    with listener:
        serve_over(context, listener, ('--port', str(listener.getsockname()[1])))


def test_nobody_listens(context):
    answer = subprocess.run([context.server, 'server', '--pipe', str(context.folder / 'none')], capture_output=True, timeout=10)
    equal(answer.returncode, 2)
    check(b'cannot connect' in answer.stderr, answer.stderr)


def test_input_from_a_file(context):
    messages = frame({'jsonrpc': '2.0', 'id': 1, 'method': 'initialize', 'params': {'processId': None, 'rootUri': None, 'capabilities': {}}})
    messages += frame({'jsonrpc': '2.0', 'id': 2, 'method': 'shutdown'}) + frame({'jsonrpc': '2.0', 'method': 'exit'})
    (context.folder / 'in').write_bytes(messages)
    with open(context.folder / 'in', 'rb') as source, open(context.folder / 'out', 'wb') as sink:
        equal(subprocess.run([context.server, 'server'], stdin=source, stdout=sink, timeout=10).returncode, 0)
    written = (context.folder / 'out').read_bytes()
    equal(written.count(b'Content-Length'), 2)
    check(json.loads(written.split(b'\r\n\r\n')[1].rsplit(b'Content', 1)[0])['id'] == 1, written[:200])
