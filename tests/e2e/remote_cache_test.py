#!/usr/bin/env python3
"""The remote cache, from outside: nginx with WebDAV as a good server, and small servers that misbehave in every way.

    remote_cache_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

nginx is taken from .cache/nginx (./dev setup unpacks Debian's package there) or from PATH; without one its tests are
skipped. Exit code: 0 all passed, 1 some failed, 77 some skipped and none failed.
"""
import hashlib
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cache_test
from protocol_client import Client
from protocol_context import check

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNPACKED = ROOT / '.cache/nginx/usr/sbin/nginx'


class Skipped(Exception):
    """A test cannot run here; says what is missing."""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Nginx:
    """nginx with a folder to PUT into; what it was asked is in `log`."""

    CONFIG = """daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; user {user};
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log; client_body_temp_path {folder}/body; proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2;
  uwsgi_temp_path {folder}/t3; scgi_temp_path {folder}/t4;
  server {{
    listen 127.0.0.1:{port}; root {folder}/data; client_max_body_size 64m;
    location ~ ^/(ac|cas)/ {{ dav_methods {methods}; create_full_put_path on; }}
  }}
}}
"""

    def __init__(self, folder, methods='PUT'):
        program = UNPACKED if UNPACKED.exists() else shutil.which('nginx')
        if not program:
            raise Skipped('no nginx: ./dev setup')
        self.folder, self.port = folder / 'nginx', free_port()
        (self.folder / 'data').mkdir(parents=True)
        config = self.folder / 'nginx.conf'
        user = 'root root' if os.geteuid() == 0 else 'nobody'
        config.write_text(self.CONFIG.format(folder=self.folder, port=self.port, methods=methods, user=user))
        self.process = subprocess.Popen([program, '-p', self.folder, '-c', config, '-e', self.folder / 'error.log'], stderr=subprocess.DEVNULL)
        self.url = f'http://127.0.0.1:{self.port}'
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return
            except OSError:
                check(time.monotonic() < deadline and self.process.poll() is None, f'nginx did not start: {self.process.poll()}')
                time.sleep(0.02)

    def asked(self):
        """{(method, 'ac' or 'cas', status): how often} since the last call."""
        log = self.folder / 'access.log'
        found = re.findall(r'"(\w+) /(ac|cas)/[0-9a-f]{64} HTTP[^"]*" (\d+)', log.read_text())
        log.write_text('')
        return {key: found.count(key) for key in found}

    def files(self, kind):
        return list((self.folder / 'data' / kind).glob('*'))

    def stop(self):
        self.process.kill()
        self.process.wait()


class Server:
    """Answers each connection with `answer(request line, socket)`, on threads, until it is stopped."""

    def __init__(self, answer):
        self.answer, self.requests, self.open = answer, [], []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            data = b''
            while b'\r\n\r\n' not in data:
                chunk = connection.recv(65536)
                if not chunk:
                    return
                data += chunk
            line = data.split(b'\r\n', 1)[0].decode()
            self.requests.append(line)
            self.answer(line, connection)
            connection.close()
        except OSError:
            pass

    def stop(self):
        self.listener.close()
        for connection in self.open:
            connection.close()


def reply(connection, status, body, length=None):
    connection.sendall(b'HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n' % (status, len(body) if length is None else length) + body)


def action(content=b'nothing', digest=None):
    """An ActionResult with one output file."""
    def field(number, value):
        return bytes([number << 3 | 2, len(value)]) + value
    digest = field(1, (digest or hashlib.sha256(content).hexdigest()).encode()) + bytes([2 << 3, len(content) & 0x7F])
    return field(2, field(1, b'result') + field(2, digest))


class Context(cache_test.Context):
    servers = ()

    def serve(self, server):
        self.servers = (*self.servers, server)
        return server

    def remote(self, url, *arguments, expect=(0, 1)):
        """(answer, standard error without statistics, statistics, seconds) of one check with an empty disk."""
        shutil.rmtree(self.cache, ignore_errors=True)
        start = time.monotonic()
        code, out, err = self.run('check', '--format', 'json', '--stats', '--remote-cache', url, *arguments, 'model.py')
        check(code in expect, (code, out, err))
        (stats,) = [line for line in err.splitlines() if ', efficiency ' in line]
        return out, [line for line in err.splitlines() if line != stats], stats, time.monotonic() - start

    def truth(self):
        code, out, _ = self.run('check', '--format', 'json', '--no-cache', 'model.py')
        check(code in (0, 1), out)
        return out


# --- nginx
def test_what_one_uploads_another_finds(context):
    nginx = context.serve(Nginx(context.folder))
    truth = context.truth()
    out, err, stats, _ = context.remote(nginx.url, '--remote-upload')
    check(out == truth and not err and '1 evaluated, 0 found on disk, 0 in the remote cache' in stats, (err, stats))
    check(nginx.asked() == {('GET', 'ac', '404'): 1, ('PUT', 'ac', '201'): 2, ('PUT', 'cas', '201'): 2}, 'requests')
    for file in nginx.files('cas'):
        check(hashlib.sha256(file.read_bytes()).hexdigest() == file.name, file)
    out, err, stats, _ = context.remote(nginx.url)
    check(out == truth and not err and '0 evaluated, 0 found on disk, 1 in the remote cache' in stats, (err, stats))
    check(nginx.asked() == {('GET', 'ac', '200'): 2, ('GET', 'cas', '200'): 2}, 'requests')
    # What came is on disk: the server is not asked again.
    code, out, err = context.run('check', '--format', 'json', '--stats', '--remote-cache', nginx.url + '/', 'model.py')
    check(out == truth and '1 found on disk' in err and not nginx.asked(), err)
    # Another text is another key.
    context.layers(5)
    out, err, stats, _ = context.remote(nginx.url)
    check(out == context.truth() != truth and '1 evaluated' in stats, (out, stats))


def test_another_checkout_asks_for_the_same(context):
    nginx = context.serve(Nginx(context.folder))
    context.remote(nginx.url, '--remote-upload')
    with tempfile.TemporaryDirectory() as elsewhere:
        there = Context(context.program, pathlib.Path(elsewhere).resolve())
        out, err, stats, _ = there.remote(nginx.url)
        check(out == there.truth() and '1 in the remote cache' in stats, stats)


def test_nothing_is_uploaded_unasked(context):
    nginx = context.serve(Nginx(context.folder))
    context.remote(nginx.url)
    check(nginx.asked() == {('GET', 'ac', '404'): 1} and not nginx.files('cas'), 'requests')


def test_the_configuration_names_the_server(context):
    nginx = context.serve(Nginx(context.folder))
    context.write('trident.toml', f'[cache]\nremote = "{nginx.url}"\nupload = true\n')
    for expected in ('1 evaluated', '1 in the remote cache'):
        shutil.rmtree(context.cache, ignore_errors=True)
        code, out, err = context.run('check', '--stats', 'model.py')
        check(code == 0 and expected in err and err.count('\n') == 1, (code, err))
    code, out, err = context.run('check', '--stats', '--no-cache', 'model.py')
    check('1 evaluated' in err and sum(nginx.asked().values()) == 9, err)


def test_a_server_that_takes_nothing(context):
    nginx = context.serve(Nginx(context.folder, methods='off'))
    out, err, stats, _ = context.remote(nginx.url, '--remote-upload')
    check(out == context.truth() and '1 evaluated' in stats, stats)
    check(len(err) == 1 and 'takes no results: it answers 405' in err[0], err)


def test_lines_are_written_whole(context):
    """What uploads tells of a failure while the statistics are written: each line is one write."""
    nginx = context.serve(Nginx(context.folder, methods='off'))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        arguments = [context.program, 'check', '--stats', '--remote-cache', nginx.url, '--remote-upload', 'model.py', 'nowhere.py']
        subprocess.run(arguments, cwd=context.folder, env={**os.environ, 'XDG_CACHE_HOME': str(context.cache)}, stdout=subprocess.DEVNULL, stderr=theirs)
        ours.setblocking(False)
        written = []
        try:
            while True:
                written.append(ours.recv(65536).decode())
        except BlockingIOError:
            pass
    check(len(written) == 3 and all(piece.count('\n') == 1 and piece.endswith('\n') for piece in written), written)


def test_entries_that_someone_altered(context):
    nginx = context.serve(Nginx(context.folder))
    truth = context.truth()
    generator = random.Random(3)

    def fill():
        for kind in ('ac', 'cas'):
            for file in nginx.files(kind):
                file.unlink()
        context.remote(nginx.url, '--remote-upload')

    for damage in ('cut', 'noise', 'empty', 'swapped', 'renamed', 'gone'):
        for kind in ('ac', 'cas'):
            fill()
            files = nginx.files(kind)
            check(len(files) == 2, files)
            contents = [file.read_bytes() for file in files]
            for i, (file, content) in enumerate(zip(files, contents)):
                if damage == 'cut':
                    file.write_bytes(content[:len(content) // 2])
                elif damage == 'noise':
                    file.write_bytes(bytes(generator.randrange(256) if generator.random() < 0.3 else byte for byte in content))
                elif damage == 'empty':
                    file.write_bytes(b'')
                elif damage == 'swapped':
                    file.write_bytes(contents[1 - i])
                elif damage == 'gone':
                    file.unlink()
                elif kind == 'cas':
                    # A content with its right digest, which nobody asked for.
                    other = content.replace(b'trident ', b'trident-', 1)
                    (file.parent / hashlib.sha256(other).hexdigest()).write_bytes(other)
                    for entry in nginx.files('ac'):
                        entry.write_bytes(entry.read_bytes().replace(file.name.encode(), hashlib.sha256(other).hexdigest().encode()))
            out, err, stats, _ = context.remote(nginx.url)
            what = (damage, kind, err, stats)
            check(out == truth, what)
            if damage == 'renamed' and kind == 'ac':
                check('1 in the remote cache' in stats and not err, what)
            elif damage == 'gone':
                check('1 evaluated' in stats and not err, what)
            else:
                check('1 evaluated' in stats and len(err) == 1 and 'the remote cache' in err[0], what)


# --- servers that misbehave
def hang(line, connection):
    time.sleep(30)


def hang_in_the_middle(line, connection):
    reply(connection, b'200 OK', b'x', length=1000)
    time.sleep(30)


def drip(line, connection):
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
    for _ in range(300):
        connection.sendall(b'x')
        time.sleep(0.1)


def endless(line, connection):
    connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
    while True:
        connection.sendall(b'x' * 65536)


def wrong_digest(line, connection):
    reply(connection, b'200 OK', action() if '/ac/' in line else b'something else')


def wrong_content(line, connection):
    reply(connection, b'200 OK', action() if '/ac/' in line else b'nothing')


MISBEHAVING = {
    'hangs': (hang, 'gave no answer in time'),
    'hangs in the middle': (hang_in_the_middle, 'gave no answer in time'),
    'drips': (drip, 'gave no answer in time'),
    'closes': (lambda line, connection: None, 'is not used: '),
    'is no HTTP': (lambda line, connection: connection.sendall(b'\x00\x01\x02garbage\r\n\r\n'), 'is not used: '),
    'cuts short': (lambda line, connection: reply(connection, b'200 OK', b'x', length=1000), 'is not used: '),
    'fails': (lambda line, connection: reply(connection, b'500 Internal Server Error', b'oops'), 'is not used: it answers 500'),
    'forbids': (lambda line, connection: reply(connection, b'403 Forbidden', b''), 'is not used: it answers 403'),
    'redirects': (lambda line, connection: connection.sendall(b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'), 'is not used: it answers 302'),
    'sends a page': (lambda line, connection: reply(connection, b'200 OK', b'<html>Please sign in</html>' * 100), 'is not used: what it sends is no ActionResult'),
    'sends nothing': (lambda line, connection: reply(connection, b'200 OK', b''), 'is not used: what it sends is no ActionResult'),
    'sends a strange digest': (lambda line, connection: reply(connection, b'200 OK', action(digest='../../etc/passwd')), 'is not used: what it sends is no ActionResult'),
    'sends a wrong digest': (wrong_digest, 'is not used: what it sends has another digest than asked for'),
    'sends a wrong content': (wrong_content, 'is not used: it sends another result than asked for'),
    'sends too much': (endless, 'is not used: the answer is longer than'),
}


def test_servers_that_misbehave(context):
    truth = context.truth()
    for what, (answer, expected) in MISBEHAVING.items():
        # The end of a process waits for uploads until the time of a request is over: once is enough.
        for arguments in ([], ['--remote-upload']) if 'in time' not in expected or answer is hang else ([],):
            server = Server(answer)
            out, err, stats, seconds = context.remote(server.url, *arguments)
            server.stop()
            check(out == truth and '1 evaluated' in stats, (what, out, stats))
            check(len(err) == 1 and 'the remote cache http://127.0.0.1' in err[0], (what, err))
            # 64 MiB of nonsense take their time on a busy machine.
            check(expected in err[0] or (arguments and answer is hang) or (answer is endless and 'in time' in err[0]), (what, err))
            check(seconds < (5 if not arguments and answer is not endless else 20), (what, seconds))


def test_refuses_and_is_nowhere(context):
    truth = context.truth()
    for url in (f'http://127.0.0.1:{free_port()}', 'http://no-such-host.invalid', 'ftp://127.0.0.1', 'nonsense', 'file:///etc', 'http://'):
        out, err, stats, seconds = context.remote(url, '--remote-upload')
        check(out == truth and '1 evaluated' in stats and len(err) == 1 and 'the remote cache' in err[0], (url, err, stats))
        check(seconds < 15, (url, seconds))


def test_one_failure_is_enough(context):
    server = context.serve(Server(lambda line, connection: reply(connection, b'503 Busy', b'')))
    for i in range(20):
        context.write(f'other{i}.py', f'import torch\nx = torch.zeros({i + 1})\n')
    code, out, err = context.run('check', '--jobs', '1', '--stats', '--remote-cache', server.url, '.')
    check(code == 0 and err.count('\n') == 2, err)
    check(len(server.requests) == 1, server.requests)


def test_a_slow_server_is_not_waited_for_twice(context):
    server = context.serve(Server(hang))
    for i in range(20):
        context.write(f'other{i}.py', f'import torch\nx = torch.zeros({i + 1})\n')
    start = time.monotonic()
    code, out, err = context.run('check', '--jobs', '1', '--stats', '--remote-cache', server.url, '.')
    check(code == 0 and err.count('\n') == 2 and '0 in the remote cache' in err, err)
    check(time.monotonic() - start < 5, time.monotonic() - start)


def test_a_late_answer_is_taken_to_its_end(context):
    nginx = context.serve(Nginx(context.folder))
    context.remote(nginx.url, '--remote-upload')

    def slowly(line, connection):
        time.sleep(1.2)
        with socket.create_connection(('127.0.0.1', nginx.port)) as to:
            to.sendall((line + '\r\nHost: x\r\nConnection: close\r\n\r\n').encode())
            while chunk := to.recv(65536):
                connection.sendall(chunk)

    slow = context.serve(Server(slowly))
    # An editor is open long enough for the answer to come.
    shutil.rmtree(context.cache)
    client = Client(context.program, environment={'XDG_CACHE_HOME': str(context.cache)})
    try:
        client.initialize(root=context.folder, options={'remoteCache': {'url': slow.url}})
        uri = (context.folder / 'model.py').as_uri()
        client.open(uri, cache_test.MODEL)
        client.diagnostics(uri, 1)
        deadline = time.monotonic() + 20
        while len(slow.requests) < 2:
            check(time.monotonic() < deadline, slow.requests)
            time.sleep(0.05)
        check(client.shut_down() == 0, client.errors)
    finally:
        client.end()


def test_an_editor_does_not_wait(context):
    uri = (context.folder / 'model.py').as_uri()
    seconds = {}
    for name, answer in (('none', None), ('hangs', hang), ('drips', drip), ('fails', MISBEHAVING['fails'][0])):
        shutil.rmtree(context.cache, ignore_errors=True)
        server = Server(answer) if answer else None
        client = Client(context.program, environment={'XDG_CACHE_HOME': str(context.cache)})
        try:
            client.initialize(root=context.folder, options={'remoteCache': {'url': server.url if server else ''}})
            start = time.monotonic()
            client.open(uri, cache_test.MODEL)
            # Asked while the analysis may wait for the server.
            client.result('textDocument/codeLens', {'textDocument': {'uri': uri}})
            client.diagnostics(uri, 1)
            seconds[name] = time.monotonic() - start
            for version in range(2, 6):
                start = time.monotonic()
                client.replace(uri, version, cache_test.MODEL + f'w = {version}\n')
                client.diagnostics(uri, version)
                check(time.monotonic() - start < 1, (name, version))
            deadline = time.monotonic() + 20
            while server and b'the remote cache' not in client.errors:
                check(time.monotonic() < deadline, (name, client.errors))
                time.sleep(0.05)
            check(client.shut_down() == 0, client.errors)
            check(client.errors.count(b'the remote cache') == (1 if server else 0), client.errors)
        finally:
            client.end()
            if server:
                server.stop()
    check(all(value < seconds['none'] + 1 for value in seconds.values()), seconds)


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else 'build/trident').resolve()
    # A proxy that the machine needs for other hosts is not for servers here.
    os.environ['no_proxy'] = os.environ['NO_PROXY'] = '*'
    passed = failed = skipped = 0
    for name, test in list(globals().items()):
        if not name.startswith('test_') or (sys.argv[2:] and not any(word in name for word in sys.argv[2:])):
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            context = Context(program, pathlib.Path(folder).resolve())
            try:
                test(context)
                passed += 1
                print(f'ok    {name}  {time.monotonic() - started:.2f} s')
            except Skipped as why:
                skipped += 1
                print(f'skip  {name}: {why}')
            except Exception:
                failed += 1
                print(f'FAIL  {name}')
                traceback.print_exc(file=sys.stdout)
            for server in context.servers:
                server.stop()
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed else 77 if skipped else 0


if __name__ == '__main__':
    sys.exit(main())
