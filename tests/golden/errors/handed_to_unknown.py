# What something unknown was given may hold more than before: what it lacks is no error. What it held, it holds still.
import collections
import functools

import torch


class Settings:
    def __init__(self):
        self.values = {}
        self.width = 4


def build(width):
    return torch.zeros(width)


settings = Settings()
exec("settings.values['width'] = settings.height = 3", {"settings": settings})
made = build(**settings.values)
rows = [1]
table = {"a": 1}
exec("rows.append(2); table['b'] = 2", {"rows": rows, "table": table})
second, other, popped = rows[1], table["b"], table.pop("b")
assert "a" in table and settings.height == 3
known = torch.zeros(rows[0], table["a"], settings.width)
# <- type: f32[1, 1, 4]

untouched = {"a": 1}
Point = collections.namedtuple(typename="Point", field_names=["x", "y"])
point = torch.zeros(Point(x=2, y=3).y)
# <- type: f32[3]


@functools.lru_cache(maxsize=None)
def cached(size):
    return torch.zeros(size)


cached.cache_info()


class Command:
    @classmethod
    def __new__(cls, _, function=None):
        return function if function else super().__new__(cls)


@Command
def main():
    return torch.zeros(5)


five = main()
# <- type: f32[5]


class Shared(dict):
    def __init__(self, text):
        super().__init__(eval(text))
        self.__dict__ = self

    def __getattr__(self, name):
        raise AttributeError(name)


shared = Shared("{'rates': [2, 2]}")
stages = torch.nn.ModuleList()
for rate in shared.rates:
    stages.append(torch.nn.Linear(rate, rate))
last = stages[-1]


def summed(rows):
    total = 0.0
    for row in eval(rows):
        total += torch.zeros(2).missing
    return total.backward


untouched["b"]
# <- error: [key-error] "'b'"
