"""A language client for tests: starts `trident server`, speaks JSON-RPC, keeps everything that came back."""
import json
import os
import queue
import re
import subprocess
import threading
import time

TIMEOUT = 20.0


def frame(body):
    if not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False, separators=(',', ':')).encode()
    return b'Content-Length: %d\r\n\r\n' % len(body) + body


def utf16(text):
    return len(text.encode('utf-16-le')) // 2


class Gone(Exception):
    pass


class Client:
    """One server process. Messages from the server are kept in order; requests of the server are answered."""

    def __init__(self, binary, arguments=('server',), environment=None, streams=None):
        self.process = None
        if streams is None:
            self.process = subprocess.Popen([binary, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                            bufsize=0, env={**os.environ, **(environment or {})})
            streams = (self.process.stdin, self.process.stdout)
        self.sink, self.source = streams
        self.inbox = queue.Queue()
        self.kept = []
        self.answers_to_server = {}
        self.next_id = 1
        threading.Thread(target=self._read, daemon=True).start()
        if self.process:
            self.errors = b''
            threading.Thread(target=self._read_errors, daemon=True).start()

    def _read_errors(self):
        for chunk in iter(lambda: self.process.stderr.read(65536), b''):
            self.errors = (self.errors + chunk)[-65536:]

    def _read(self):
        data = b''
        while True:
            end = data.find(b'\r\n\r\n')
            match = re.search(rb'Content-Length: (\d+)', data[:end]) if end >= 0 else None
            size = end + 4 + int(match[1]) if match else -1
            if match and len(data) >= size:
                self.inbox.put(json.loads(data[end + 4:size]))
                data = data[size:]
                continue
            try:
                chunk = self.source.read(1 << 16)
            except (OSError, ValueError):  # Closed by the test.
                chunk = b''
            if not chunk:
                self.inbox.put(None)
                return
            data += chunk

    # --- sending
    def raw(self, data):
        self.sink.write(data)
        self.sink.flush()

    def send(self, message):
        self.raw(frame({'jsonrpc': '2.0', **message}))

    def notify(self, method, params=None):
        self.send({'method': method, **({} if params is None else {'params': params})})

    def ask(self, method, params=None):
        """Sends a request and returns its id."""
        self.next_id += 1
        self.send({'id': self.next_id, 'method': method, **({} if params is None else {'params': params})})
        return self.next_id

    def request(self, method, params=None):
        """Sends a request and returns the whole response."""
        return self.response(self.ask(method, params))

    def result(self, method, params=None):
        answer = self.request(method, params)
        if 'error' in answer:
            raise AssertionError(f'{method}: {answer["error"]}')
        return answer['result']

    # --- receiving
    def _next(self, deadline):
        try:
            message = self.inbox.get(timeout=max(0.001, deadline - time.monotonic()))
        except queue.Empty:
            return None
        if message is None:
            raise Gone('the server closed its output')
        if 'method' in message and 'id' in message:
            answer = self.answers_to_server.get(message['method'])
            self.send({'id': message['id'], 'result': answer(message.get('params')) if callable(answer) else answer})
        return message

    def wait(self, matches, timeout=TIMEOUT):
        """The first message, kept or new, that matches; it is taken out of what is kept."""
        for i, message in enumerate(self.kept):
            if matches(message):
                return self.kept.pop(i)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            message = self._next(deadline)
            if message is not None:
                if matches(message):
                    return message
                self.kept.append(message)
        raise AssertionError('timeout; kept: ' + json.dumps(self.kept)[-600:])

    def response(self, identifier, timeout=TIMEOUT):
        return self.wait(lambda m: m.get('id') == identifier and 'method' not in m, timeout)

    def null_error(self, timeout=TIMEOUT):
        return self.wait(lambda m: 'id' in m and m['id'] is None and 'error' in m, timeout)['error']

    def diagnostics(self, uri, version=None, timeout=TIMEOUT):
        """The diagnostics pushed for the document, of this version when one is given."""
        message = self.wait(lambda m: m.get('method') == 'textDocument/publishDiagnostics' and m['params']['uri'] == uri
                            and (version is None or m['params'].get('version') == version), timeout)
        return message['params']['diagnostics']

    def notification(self, method, timeout=TIMEOUT):
        return self.wait(lambda m: m.get('method') == method, timeout)['params']

    def quiet(self, seconds=0.3):
        """Everything that arrives within the time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            message = self._next(deadline)
            if message is not None:
                self.kept.append(message)
        return self.kept

    # --- life
    def initialize(self, root=None, capabilities=None, encodings=None, options=None):
        capabilities = dict(capabilities or {})
        if encodings:
            capabilities['general'] = {'positionEncodings': encodings}
        uri = root.as_uri() if root else None
        answer = self.result('initialize', {'processId': os.getpid(), 'rootUri': uri, 'capabilities': capabilities, 'initializationOptions': options,
                                            'workspaceFolders': [{'uri': uri, 'name': 'test'}] if uri else None})
        self.notify('initialized', {})
        return answer

    def open(self, uri, text, version=1, language='python'):
        self.notify('textDocument/didOpen', {'textDocument': {'uri': uri, 'languageId': language, 'version': version, 'text': text}})

    def change(self, uri, version, changes):
        self.notify('textDocument/didChange', {'textDocument': {'uri': uri, 'version': version}, 'contentChanges': changes})

    def replace(self, uri, version, text):
        self.change(uri, version, [{'text': text}])

    def shut_down(self):
        """shutdown and exit; the exit code."""
        self.result('shutdown')
        self.notify('exit')
        return self.process.wait(TIMEOUT)

    def end(self):
        """Makes sure that the process is gone."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
