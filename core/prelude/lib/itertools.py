# Describes itertools over lists. What never ends in Python ends here after kEndless items.

kEndless = 1024


class chain:
    def __new__(cls, *iterables):
        return iter([item for iterable in iterables for item in iterable])

    @staticmethod
    def from_iterable(iterables):
        return iter([item for iterable in iterables for item in iterable])


def count(start=0, step=1):
    return iter([start + i * step for i in range(kEndless)])


def cycle(iterable):
    items = list(iterable)
    return iter(items * (kEndless // max(1, len(items))))


def repeat(object, times=None):
    return iter([object] * (kEndless if times is None else times))


def accumulate(iterable, func=None, *, initial=None):
    results = [] if initial is None else [initial]
    for item in iterable:
        if len(results) == 0:
            results.append(item)
        elif func is None:
            results.append(results[-1] + item)
        else:
            results.append(func(results[-1], item))
    return iter(results)


def batched(iterable, n):
    items = list(iterable)
    return iter([tuple(items[i:i + n]) for i in range(0, len(items), n)])


def compress(data, selectors):
    return iter([item for item, keep in zip(data, selectors) if keep])


def dropwhile(predicate, iterable):
    items = list(iterable)
    start = 0
    while start < len(items) and predicate(items[start]):
        start += 1
    return iter(items[start:])


def takewhile(predicate, iterable):
    results = []
    for item in iterable:
        if not predicate(item):
            break
        results.append(item)
    return iter(results)


def filterfalse(predicate, iterable):
    return iter([item for item in iterable if not (predicate(item) if predicate is not None else item)])


def groupby(iterable, key=None):
    groups = []
    last = None
    for item in iterable:
        name = item if key is None else key(item)
        if len(groups) == 0 or name != last:
            groups.append((name, []))
            last = name
        groups[-1][1].append(item)
    return iter(groups)


def islice(iterable, *args):
    start = 0
    step = 1
    if len(args) == 1:
        stop = args[0]
    else:
        start = args[0] or 0
        stop = args[1]
        if len(args) > 2:
            step = args[2] or 1
    return iter(list(iterable)[start:stop:step])


def pairwise(iterable):
    items = list(iterable)
    return iter(list(zip(items[:-1], items[1:])))


def starmap(function, iterable):
    return iter([function(*args) for args in iterable])


def tee(iterable, n=2):
    items = list(iterable)
    return tuple([iter(items) for _ in range(n)])


def zip_longest(*iterables, fillvalue=None):
    columns = [list(iterable) for iterable in iterables]
    length = max([len(column) for column in columns]) if columns else 0
    return iter([tuple([column[i] if i < len(column) else fillvalue for column in columns]) for i in range(length)])


def product(*iterables, repeat=1):
    results = [()]
    for pool in [list(iterable) for iterable in iterables] * repeat:
        results = [chosen + (item,) for chosen in results for item in pool]
    return iter(results)


def _choices(count, r, later):
    if r == 0:
        return [()]
    return [(first,) + rest for first in range(count) for rest in _choices(count, r - 1, later) if len(rest) == 0 or later(first, rest)]


def combinations(iterable, r):
    items = list(iterable)
    return iter([tuple([items[i] for i in chosen]) for chosen in _choices(len(items), r, lambda first, rest: first < rest[0])])


def combinations_with_replacement(iterable, r):
    items = list(iterable)
    return iter([tuple([items[i] for i in chosen]) for chosen in _choices(len(items), r, lambda first, rest: first <= rest[0])])


def permutations(iterable, r=None):
    items = list(iterable)
    size = len(items) if r is None else r
    return iter([tuple([items[i] for i in chosen]) for chosen in _choices(len(items), size, lambda first, rest: first not in rest)])
