"""Every method, asked in each position encoding about a text with astral characters before everything: the answers mean
the same places."""
from protocol_context import Context, check, equal
from protocol_dialogues import FULL, document

CAPABILITIES = {**FULL, 'textDocument': {**FULL['textDocument'], 'diagnostic': {'relatedDocumentSupport': True}}}
ENCODINGS = {'utf-8': lambda text: len(text.encode()), 'utf-16': lambda text: len(text.encode('utf-16-le')) // 2, 'utf-32': len}

# Characters of one, two, three and four bytes stand before each place that is asked about.
MODEL = '''import torch; from torch import nn; from jaxtyping import Float; from einops import rearrange


class Net(nn.Module):
    def __init__(self, title="\U0001F600é日", width=8):
        "\U0001F600é日"; super().__init__()
        "\U0001F600é日"; self.conv = nn.Conv2d(3, width, 3, padding=1)
        "\U0001F600é日"; self.fc = nn.Linear(9, 4)

    def forward(self, x, title="\U0001F600é日"):
        "\U0001F600é日"; B, C, H, W = x.shape
        "\U0001F600é日"; y = self.conv(x).mean(3); n = H * W
        "\U0001F600é日"; z = rearrange(y, "b c h -> b h c")
        "\U0001F600é日"; return self.fc(z)


"\U0001F600é日"; out = Net()(torch.randn(2, 3, 8, 8))
'''
EVERYWHERE = ('self.conv(x)', 'self.fc(z)', 'H * W', 'B, C, H', 'c h -> b h c', 'b h c"', 'Net()(', 'x, title', 'out = ')


class Places:
    """Positions of one encoding to places in the text and back."""

    def __init__(self, text, measure):
        self.lines, self.measure = text.split('\n'), measure

    def position(self, place):
        line, column = place
        return {'line': line, 'character': self.measure(self.lines[line][:column])}

    def place(self, position):
        line = self.lines[position['line']] if position['line'] < len(self.lines) else ''
        for column in range(len(line) + 1):
            if self.measure(line[:column]) == position['character']:
                return f'{position["line"]}:{column}'
        raise AssertionError(f'{position} is inside of a character or past the end of the line')

    def meaning(self, answer):
        """The answer with places for positions."""
        if isinstance(answer, list):
            return [self.meaning(each) for each in answer]
        if not isinstance(answer, dict):
            return answer
        if set(answer) == {'line', 'character'}:
            return self.place(answer)
        # A result id is of the answer as it was sent.
        return {key: self.tokens(value) if key == 'data' and isinstance(value, list) else self.meaning(value) for key, value in answer.items() if key != 'resultId'}

    def tokens(self, data):
        line = column = 0
        out = []
        for i in range(0, len(data), 5):
            line, column = line + data[i], data[i + 1] + (column if data[i] == 0 else 0)
            out.append((self.place({'line': line, 'character': column}), self.place({'line': line, 'character': column + data[i + 2]})))
        return out


def place_of(words):
    at = MODEL.index(words)
    before = MODEL[:at]
    return before.count('\n'), len(before) - before.rfind('\n') - 1


def answers(context, encoding):
    """What each method says, by its name and the words it was asked about."""
    client = context.start(encodings=[encoding], capabilities=CAPABILITIES)
    places = Places(MODEL, ENCODINGS[encoding])
    uri = context.uri('net.py')
    client.open(uri, MODEL)
    said = {}

    def ask(method, params, about=''):
        said[method, about] = client.result(method, {**document(uri), **params})

    last = places.position((MODEL.count('\n') - 1, len(places.lines[-2])))
    whole = {'start': {'line': 0, 'character': 0}, 'end': last}
    for words in EVERYWHERE:
        line, column = place_of(words)
        for offset in (0, 5, len(words)):
            at = places.position((line, column + offset))
            for method in ('hover', 'definition', 'completion', 'signatureHelp'):
                ask(f'textDocument/{method}', {'position': at}, (words, offset))
        start, end = places.position((line, column)), places.position((line, column + len(words)))
        for method, params in (('codeAction', {'context': {'diagnostics': []}}), ('inlayHint', {}), ('semanticTokens/range', {})):
            ask(f'textDocument/{method}', {'range': {'start': start, 'end': end}, **params}, words)
    for method, params in (('textDocument/diagnostic', {}), ('textDocument/inlayHint', {'range': whole}), ('textDocument/codeLens', {}),
                           ('textDocument/documentSymbol', {}), ('textDocument/semanticTokens/full', {}), ('trident/model', {}), ('trident/cost', {}),
                           ('textDocument/codeAction', {'range': whole, 'context': {'diagnostics': [], 'only': ['source.fixAll']}})):
        ask(method, params)
    for hint in said['textDocument/inlayHint', '']:
        said['inlayHint/resolve', str(places.meaning(hint['position']))] = client.result('inlayHint/resolve', hint)
    said['profile', ''] = [model['location'] for model in client.result('trident/profile', document(uri))['models']]
    # The same file, not open: positions are measured on the disk's text.
    client.notify('textDocument/didClose', document(uri))
    context.write('net.py', MODEL)
    said['workspace/diagnostic', ''] = client.result('workspace/diagnostic', {'previousResultIds': []})
    client.end()
    # What an analysis cost is another number each time.
    said['textDocument/codeLens', ''] = [lens for lens in said['textDocument/codeLens', ''] if lens['command']['command'] != 'trident.showProfile']
    return places.meaning({' '.join(map(str, key)): value for key, value in said.items()})


def test_every_method_in_every_encoding(context):
    by_encoding = {encoding: answers(context, encoding) for encoding in ENCODINGS}
    said = by_encoding['utf-32']
    for encoding, others in by_encoding.items():
        for key, value in said.items():
            equal(others[key], value, f'{encoding}, {key}')

    def shown(place):
        line, column = map(int, place.split(':'))
        return MODEL.split('\n')[line][column:]

    def about(method, words, offset=None):
        return said[f'{method} {words}' if offset is None else f'{method} {(words, offset)}']

    fault = [d for d in said['textDocument/diagnostic ']['items'] if d['severity'] == 1]
    equal([d['code'] for d in fault], ['linear-in-features'])
    linear = fault[0]
    check(shown(linear['range']['start']).startswith(('z)', 'self.fc(z)')), linear)
    check(any(shown(r['location']['range']['start']).startswith(('self.fc = ', 'nn.Linear(9')) for r in linear['relatedInformation']), linear)
    hover = about('textDocument/hover', 'self.conv(x)', 5)
    check('f32[2, 8, 8, 8]' in hover['contents']['value'] and shown(hover['range']['start']).startswith('self.conv(x)'), hover)
    equal([shown(d['range']['start'])[:12] for d in about('textDocument/definition', 'self.conv(x)', 5)], ['self.conv = '])
    equal([shown(d['range']['start']) for d in about('textDocument/definition', 'H * W', 0)], ['torch.randn(2, 3, 8, 8))'])
    completed = about('textDocument/completion', 'b h c"', 5)['items']
    equal([(i['label'], shown(i['textEdit']['range']['start'])) for i in completed if i['label'] == 'c'], [('c', 'c")')])
    check(about('textDocument/signatureHelp', 'c h -> b h c', 0), 'signature help')
    check(any(shown(h['position']).startswith(' = self.conv(x)') for h in said['textDocument/inlayHint ']), 'hints')
    check(said['textDocument/semanticTokens/full ']['data'], 'semantic tokens')
    check(said['textDocument/codeLens '] and said['trident/model ']['models'] and said['profile '] and said['trident/cost ']['models'], 'lenses, models')
    check([s for s in said['textDocument/documentSymbol '] if s['name'] == 'Net'][0]['children'], 'symbols')
    repaired = [e for a in about('textDocument/codeAction', 'self.fc(z)') for c in a['edit']['documentChanges'] for e in c['edits']]
    check(any(shown(e['range']['start']).startswith('9, 4)') and e['newText'] == '8' for e in repaired), repaired)
    check([item for item in said['workspace/diagnostic ']['items'] if item['items']], 'the closed file')
    check(any(key.startswith('inlayHint/resolve') and value['tooltip'] for key, value in said.items()), 'tooltips')
