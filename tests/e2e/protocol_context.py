"""What every protocol test starts from: a server binary, a folder of its own, and documents with one known error."""
from protocol_client import Client

# The products of these sizes cannot be: the analysis underlines the last line's right side.
MODEL = '''import torch

a = torch.zeros(2, 3)
b = torch.zeros(4, 5)
c = a @ b
'''
FIXED = MODEL.replace('4, 5', '3, 5')
# Takes long to analyse.
SLOW = '''import torch


def fib(x, n):
    return torch.einsum('abcdefghijkl,ghijklmnopqr->abcdefmnopqr', x, x) if n < 2 else fib(x, n - 1) + fib(x, n - 2)


x = fib(torch.zeros(64, 64).view(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2), 40)
'''


class Context:
    def __init__(self, server, folder, clients):
        self.server, self.folder, self.clients = server, folder, clients

    def start(self, arguments=('server',), environment=None, **initialize):
        """A server after initialize; its answer is in `capabilities`."""
        client = self.raw(arguments, environment)
        answer = client.initialize(root=self.folder, **initialize)
        client.info, client.capabilities = answer.get('serverInfo'), answer['capabilities']
        return client

    def raw(self, arguments=('server',), environment=None, streams=None):
        client = Client(self.server, arguments, environment, streams)
        self.clients.append(client)
        return client

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
        return path

    def uri(self, name):
        return (self.folder / name).as_uri()


def equal(actual, expected, what=''):
    if actual != expected:
        raise AssertionError(f'{what}: {actual!r} is not {expected!r}')


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def errors(diagnostics):
    return [d for d in diagnostics if d['severity'] == 1]
