"""Compares core/prelude's descriptions of standard modules with the real ones, on expressions. Needs CPython alone.

Exit status 77 when the natives cannot be borrowed (torch is needed by prelude_host).
"""
import importlib
import os.path
import re
import sys

try:
    import prelude_host
except ImportError:
    print('prelude_standard: no torch here, skipped')
    sys.exit(77)

EXPRESSIONS = {
    'itertools': [
        'list(m.chain([1, 2], (3,)))', 'list(m.chain.from_iterable([[1], [2, 3]]))', 'list(m.accumulate([1, 2, 3]))',
        'list(m.accumulate([1, 2, 3], lambda a, b: a * b, initial=2))', 'list(m.product([1, 2], "ab"))', 'list(m.product([0, 1], repeat=3))',
        'list(m.permutations([1, 2, 3]))', 'list(m.permutations("abc", 2))', 'list(m.combinations([1, 2, 3, 4], 2))', 'list(m.combinations([1], 2))',
        'list(m.combinations_with_replacement([1, 2, 3], 2))', 'list(m.islice(range(10), 2, 8, 3))', 'list(m.islice([1, 2, 3], 2))',
        'list(m.zip_longest([1, 2, 3], [4], fillvalue=0))', 'list(m.pairwise([1, 2, 3]))', 'list(m.starmap(pow, [(2, 3), (3, 2)]))',
        '[(k, list(g)) for k, g in m.groupby([1, 1, 2, 1])]', '[(k, list(g)) for k, g in m.groupby("aAb", str.lower)]',
        'list(m.takewhile(lambda x: x < 3, [1, 2, 3, 1]))', 'list(m.dropwhile(lambda x: x < 3, [1, 2, 3, 1]))',
        'list(m.filterfalse(lambda x: x % 2, range(5)))', 'list(m.compress([1, 2, 3], [1, 0, 1]))', '[list(t) for t in m.tee([1, 2])]',
        'list(m.repeat(7, 3))', 'list(m.islice(m.count(3, 2), 4))', 'list(m.islice(m.cycle([1, 2, 3]), 7))', 'list(zip(m.count(), "ab"))',
    ],
    'functools': [
        'm.reduce(lambda a, b: a * b, [2, 3, 4])', 'm.reduce(lambda a, b: a + b, [], 5)', 'm.wraps(len)(lambda x: x).__name__',
        'sorted([3, 1, 2], key=m.cmp_to_key(lambda a, b: b - a))', 'm.lru_cache(maxsize=None)(abs.__call__ and (lambda x: -x))(4)',
        'm.cache(lambda x: x + 1)(2)', 'm.partial(pow, 2)(5)',
    ],
    'operator': [
        'm.add(1, 2)', 'm.mul(3, 4)', 'm.itemgetter(1)([5, 6])', 'm.itemgetter(0, 2)("abc")', 'm.attrgetter("real")(3)',
        'm.attrgetter("real.imag", "imag")(3)', 'm.methodcaller("split", ",")("a,b")', 'm.floordiv(7, 2)', 'm.contains([1], 1)', 'm.neg(3)',
        'm.getitem([1, 2], 1)', 'm.not_(0)', 'm.concat([1], [2])',
    ],
    'collections': [
        'list(m.deque([1, 2, 3], maxlen=2).__class__([1, 2]))', 'm.Counter("abca").most_common(1)', 'm.Counter(a=2)["b"]',
        'm.Counter([1, 1, 2]).total()', 'sorted(m.Counter("aab").elements())', '(lambda d: (d.append(3), d.popleft(), list(d)))(m.deque([1, 2]))',
        '(lambda d: (d.rotate(1), list(d)))(m.deque([1, 2, 3]))', '(lambda d: (d.appendleft(0), list(d)))(m.deque([1]))',
        'm.ChainMap({"a": 1}, {"a": 2, "b": 3})["a"]', 'm.OrderedDict(a=1)', 'm.namedtuple("P", "x y")(1, 2).y', 'm.defaultdict(int)["x"]',
    ],
    'bisect': ['m.bisect_left([1, 2, 2, 3], 2)', 'm.bisect_right([1, 2, 2, 3], 2)', 'm.bisect([1, 3], 4)', '(lambda a: (m.insort(a, 2), a)[1])([1, 3])'],
    'os.path': [
        'm.join("a", "b", "c.py")', 'm.join("a/", "b")', 'm.join("a", "/b")', 'm.basename("a/b.c")', 'm.dirname("a/b.c")', 'm.dirname("/b")',
        'm.splitext("a.b/c.tar.gz")', 'm.splitext(".bashrc")', 'm.splitext("a/b")', 'm.split("a/b/c")', 'm.split("/c")', 'm.isabs("/a")',
    ],
    'string': ['m.ascii_letters', 'm.punctuation', 'm.digits', 'm.whitespace', 'm.printable', 'm.capwords("ab cd")'],
    'dataclasses': [
        '(lambda c: (m.asdict(c(1, [2])), m.astuple(c(1, 2)), m.replace(c(1, 2), y=5).y, [f.name for f in m.fields(c)], m.is_dataclass(c)))'
        '(m.dataclass(type("C", (), {"__annotations__": {"x": int, "y": int}, "__module__": "m"})))',
    ],
    're': [
        'm.split(r"(\\d.*)", "se0.25")', 'm.split(r"[,;] *", "a, b;c", 1)', 'm.match(r"(\\w)(\\d)?", "a").groups()', 'm.match("b", "a")',
        'm.search(r"(?P<n>\\d+)", "ab12").groupdict()', 'm.search("b", "abc").span()', 'm.sub(r"layer(\\d)", r"l.\\1", "layer1.layer2")',
        'm.sub("x*", "-", "abxd")', 'm.subn("a", lambda q: q.group().upper(), "banana", 2)', 'm.findall("a", "banana")',
        'm.findall(r"(\\w)(\\d)", "a1b2")', 'm.findall(r"(\\w)\\d", "a1b2")', 'm.compile("^a", m.I).match("Abc").end()', 'm.escape("a.b_c-d")',
        'm.fullmatch("a|ab", "ab")[0]', '[q.start() for q in m.finditer("", "ab")]', 'm.sub(r"(?P<k>a)", r"[\\g<k>\\g<1>]", "ab")',
        'm.match(r"(a)|(b)", "b").lastindex', 'm.compile("b").search("abab", 2).start()', 'm.sub("a", "\\\\n", "bab")',
    ],
    'packaging.version': ['m.parse("2.11.0") >= m.parse("2.1")', 'm.Version("2.0.0") == m.Version("2")', 'm.Version("1.13.0a0").minor'],
}


class RegexNatives:
    """The regex natives over the real `re`."""

    def regex_names(self, pattern, flags):
        return dict(re.compile(pattern, flags).groupindex)

    def _spans(self, match):
        return [match.span(i) for i in range(match.re.groups + 1)]

    def regex_match(self, pattern, flags, text, start, end, how):
        match = getattr(re.compile(pattern, flags), how)(text, start, end)
        return None if match is None else self._spans(match)

    def regex_all(self, pattern, flags, text, start, end):
        return [self._spans(match) for match in re.compile(pattern, flags).finditer(text, start, end)]


def settled(value):
    return list(value) if isinstance(value, (list, tuple)) and type(value).__name__ in ('deque',) else value


def show(expression, module):
    result = settled(eval(expression, {'m': module}))
    groups = getattr(result, 'span', None)
    return repr(result) if groups is None else repr(result.span())


def main():
    failures, count = [], 0
    for name, expressions in EXPRESSIONS.items():
        described = prelude_host.load_standard(name, RegexNatives())
        try:
            real = importlib.import_module(name)
        except ImportError:
            continue
        for expression in expressions:
            if not hasattr(real, expression[2:].split('(')[0].split('.')[0]) and expression.startswith('m.'):
                continue
            count += 1
            wanted = show(expression, real)
            try:
                got = show(expression, described)
            except Exception as error:
                got = f'{type(error).__name__}: {error}'
            if got != wanted:
                failures.append(f'{name}: {expression}: real {wanted}, prelude {got}')
    for failure in failures:
        print('FAIL', failure)
    print(f'{count} expressions over {len(EXPRESSIONS)} modules: {count - len(failures)} equal')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
