# Describes re on known strings, by the native matcher; what that does not know is unknown.
import _trident

NOFLAG = 0
T = TEMPLATE = 1
I = IGNORECASE = 2
L = LOCALE = 4
M = MULTILINE = 8
S = DOTALL = 16
U = UNICODE = 32
X = VERBOSE = 64
DEBUG = 128
A = ASCII = 256


class error(Exception):
    pass


PatternError = error


class Match:
    def __init__(self, pattern, string, spans, pos, endpos):
        self.re = pattern
        self.string = string
        self.pos = pos
        self.endpos = endpos
        self._spans = spans
        self.lastindex = max([i for i in range(1, len(spans)) if spans[i][0] >= 0], default=None)

    def _number(self, group):
        return group if isinstance(group, int) else self.re.groupindex[group]

    def span(self, group=0):
        return self._spans[self._number(group)]

    def start(self, group=0):
        return self.span(group)[0]

    def end(self, group=0):
        return self.span(group)[1]

    def _text(self, group, default=None):
        start, end = self.span(group)
        return default if start < 0 else self.string[start:end]

    def group(self, *groups):
        if len(groups) == 0:
            return self._text(0)
        if len(groups) == 1:
            return self._text(groups[0])
        return tuple([self._text(group) for group in groups])

    def __getitem__(self, group):
        return self._text(group)

    def groups(self, default=None):
        return tuple([self._text(i, default) for i in range(1, len(self._spans))])

    def groupdict(self, default=None):
        return {name: self._text(i, default) for name, i in self.re.groupindex.items()}

    def expand(self, template):
        return _expand(template, self)


def _expand(template, match):
    if '\\' not in template:
        return template
    parts = template.split('\\')
    text = parts[0]
    i = 1
    while i < len(parts):
        part = parts[i]
        if part == '':
            text += '\\'
            if i + 1 < len(parts):
                text += parts[i + 1]
            i += 2
            continue
        if part[:2] == 'g<':
            name, _, rest = part[2:].partition('>')
            text += (match._text(int(name) if name.isdigit() else name) or '') + rest
        elif part[0].isdigit():
            digits = 2 if part[:2].isdigit() and len(part) > 1 else 1
            text += (match._text(int(part[:digits])) or '') + part[digits:]
        else:
            text += {'n': '\n', 't': '\t', 'r': '\r'}.get(part[0], '\\' + part[0]) + part[1:]
        i += 1
    return text


class Pattern:
    def __init__(self, pattern, flags):
        self.pattern = pattern
        self.flags = flags
        self.groupindex = _trident.regex_names(pattern, flags)

    def _run(self, string, pos, endpos, how):
        end = len(string) if endpos is None else min(endpos, len(string))
        spans = _trident.regex_match(self.pattern, self.flags, string, pos, end, how)
        if spans is None:
            return None
        return Match(self, string, spans, pos, end)

    def match(self, string, pos=0, endpos=None):
        return self._run(string, pos, endpos, 'match')

    def fullmatch(self, string, pos=0, endpos=None):
        return self._run(string, pos, endpos, 'fullmatch')

    def search(self, string, pos=0, endpos=None):
        return self._run(string, pos, endpos, 'search')

    def _all(self, string, pos=0, endpos=None):
        end = len(string) if endpos is None else min(endpos, len(string))
        return [Match(self, string, spans, pos, end) for spans in _trident.regex_all(self.pattern, self.flags, string, pos, end)]

    def finditer(self, string, pos=0, endpos=None):
        return iter(self._all(string, pos, endpos))

    def findall(self, string, pos=0, endpos=None):
        results = []
        for match in self._all(string, pos, endpos):
            groups = match.groups('')
            results.append(match.group() if len(groups) == 0 else groups[0] if len(groups) == 1 else groups)
        return results

    def split(self, string, maxsplit=0):
        parts = []
        start = 0
        for match in self._all(string)[:maxsplit if maxsplit > 0 else None]:
            parts.append(string[start:match.start()])
            parts += match.groups()
            start = match.end()
        return parts + [string[start:]]

    def subn(self, repl, string, count=0):
        text = ''
        start = 0
        matches = self._all(string)[:count if count > 0 else None]
        for match in matches:
            text += string[start:match.start()] + (repl(match) if callable(repl) else _expand(repl, match))
            start = match.end()
        return text + string[start:], len(matches)

    def sub(self, repl, string, count=0):
        return self.subn(repl, string, count)[0]


def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        return pattern
    return Pattern(pattern, int(flags))


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)


def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)


def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).subn(repl, string, count)


def escape(pattern):
    return ''.join(['\\' + c if not (c.isalnum() or c == '_') else c for c in pattern])


def purge():
    return None
