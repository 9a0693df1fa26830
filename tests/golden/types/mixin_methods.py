# Classes of collections.abc give methods made of those that a class defines.
from collections.abc import MutableMapping

import torch


class Registry(MutableMapping):
    shared = {'relu': torch.relu}

    def __init__(self):
        self.own = {}

    def __getitem__(self, key):
        return self.own[key] if key in self.own else self.shared[key]

    def __setitem__(self, key, value):
        self.own[key] = value

    def __delitem__(self, key):
        del self.own[key]

    def __iter__(self):
        return iter({**self.shared, **self.own})

    def __len__(self):
        return len(self.shared.keys() | self.own.keys())


registry = Registry()
registry.update({'sum': torch.sum})
x = torch.ones(5, 6)
a = registry.get('sum')(x)
# <- type: f32[]
b = registry.get('absent', registry['relu'])(x)
# <- type: f32[5, 6]
c = torch.ones(len(registry))
# <- type: f32[2]
d = torch.ones(len(list(registry.keys())), 'relu' in registry)
# <- type: f32[2, 1]
