# Describes collections.
import _trident
from _trident import OrderedDict, defaultdict, namedtuple


class deque(list):
    def __init__(self, iterable=(), maxlen=None):
        super().__init__(iterable)
        self.maxlen = maxlen

    def append(self, value):
        super().append(value)
        if self.maxlen is not None and len(self) > self.maxlen:
            del self[0]

    def appendleft(self, value):
        self.insert(0, value)

    def popleft(self):
        if len(self) == 0:
            raise IndexError('pop from an empty deque')
        return self.pop(0)

    def extendleft(self, values):
        for value in values:
            self.insert(0, value)

    def rotate(self, n=1):
        for _ in range(n % max(1, len(self))):
            self.insert(0, self.pop())


class Counter(dict):
    def __init__(self, iterable=None, **kwargs):
        super().__init__()
        if iterable is not None:
            self.update(iterable)
        for key, value in kwargs.items():
            self[key] = value

    def __missing__(self, key):
        return 0

    def update(self, iterable):
        if isinstance(iterable, dict):
            for key, value in iterable.items():
                self[key] = self.get(key, 0) + value
        else:
            for key in iterable:
                self[key] = self.get(key, 0) + 1

    def elements(self):
        return [key for key, count in self.items() for _ in range(count)]

    def most_common(self, n=None):
        ordered = sorted(self.items(), key=lambda item: item[1], reverse=True)
        return ordered if n is None else ordered[:n]

    def total(self):
        return sum(self.values())


class UserDict(dict):
    @property
    def data(self):
        return self


class UserList(list):
    @property
    def data(self):
        return self


class ChainMap(dict):
    def __init__(self, *maps):
        super().__init__()
        self.maps = list(maps)
        for mapping in reversed(maps):
            self.update(mapping)
