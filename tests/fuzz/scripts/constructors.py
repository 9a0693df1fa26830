import torch
from torch import nn


class Counter(nn.Module):
    made = 0

    def __init__(self, n):
        super().__init__()
        Counter.made += 1
        self.lin = nn.Linear(n, n)
        self.seen = 0

    def forward(self, x):
        self.seen += 1
        return self.lin(x) * self.seen


class Pair(nn.Sequential):
    def __init__(self, a, b):
        super().__init__(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, a))


class Shared(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 4)
        self.two = self.one
        self.act = self.squash
        self.fns = [lambda t: t * 2, torch.tanh]
        self.table = {"p": Pair(4, 6), "q": (1, 2)}
        self.pair = self.table["p"]

    def squash(self, x):
        return torch.tanh(x) / 3

    def forward(self, x):
        y = self.act(self.one(x) + self.two(x))
        for fn in self.fns:
            y = fn(y)
        return self.pair(y)


class Outer(nn.Module):
    class Inner(nn.Module):
        def __init__(self, k=2):
            super().__init__()
            self.k = k
            self.conv = nn.Conv1d(3, 3, k)

        def forward(self, x):
            return self.conv(x)[..., :: self.k]

    def __init__(self, inner=None):
        super().__init__()
        self.inner = inner or Outer.Inner(3)
        self.weight = nn.Parameter(torch.empty(3, 1))
        nn.init.normal_(self.weight)

    def forward(self, x):
        y = self.inner(x) * self.weight
        return y.sum(-1), y[0]


class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 5)
        self.b = nn.Linear(4, 2)

    def forward(self, x):
        return self.b(self.a(x))


def build(n, kind="pair"):
    if kind == "pair":
        return Pair(n, 2 * n)
    return Counter(n)


def run(model, *xs):
    out = []
    for x in xs:
        out.append(model(x))
    return out


def main():
    model = Outer()
    other = Outer(Outer.Inner(2))
    y, z = model(torch.zeros(2, 3, 12))
    w, v = other(torch.zeros(2, 3, 12))
    return y + w, z


counter = Counter(6)
p = build(3)
q = build(4, "counter")
r = run(p, torch.zeros(2, 3), torch.zeros(5, 3))
s = run(q, torch.zeros(2, 4))
t = counter(torch.zeros(1, 6))
t2 = counter(torch.zeros(1, 6))
shared = Shared()
u = shared(torch.ones(2, 4))
shared.one.weight.data.zero_()
u2 = shared(torch.ones(3, 4))
if __name__ == "__main__":
    y, z = main()
    try:
        bad = Bad()(torch.zeros(2, 3))
    except RuntimeError as e:
        bad = None
    worse = Bad()
    worse(torch.zeros(2, 3))
