"""Dialogues with what Trident adds to a document: origins, semantic tokens, shape strings, actions, model trees, notebooks."""
import re
import time

from protocol_client import utf16
from protocol_context import FIXED, MODEL, SLOW, Context, check, equal, errors
from protocol_dialogues import FULL, document, everything

NET = '''import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1)
        self.fc = nn.Linear(width, 10)

    def forward(self, x):
        B, C, H, W = x.shape
        x = self.conv(x)
        y = x.flatten(2).transpose(1, 2).mean(1)
        n = H * W
        return self.fc(y)


out = Net()(torch.randn(2, 3, 8, 8))
'''


def position(text, words, after=0):
    """Where `words` first stand, in UTF-16 units."""
    at = text.index(words) + after
    before = text[:at]
    return {'line': before.count('\n'), 'character': utf16(before.rsplit('\n', 1)[-1])}


def at(uri, text, words, after=0):
    return {**document(uri), 'position': position(text, words, after)}


def apply(text, edits):
    """The text after the edits of one document (positions in UTF-16 units of ASCII lines)."""
    lines = text.split('\n')
    starts = [sum(len(line) + 1 for line in lines[:i]) for i in range(len(lines) + 1)]
    offset = lambda p: starts[p['line']] + p['character']
    for edit in sorted(edits, key=lambda e: offset(e['range']['start']), reverse=True):
        text = text[:offset(edit['range']['start'])] + edit['newText'] + text[offset(edit['range']['end']):]
    return text


def opened(context, text, name='net.py', **initialize):
    client = context.start(**{'capabilities': FULL, **initialize})
    uri = context.uri(name)
    client.open(uri, text)
    return client, uri


# --- where sizes come from
def test_hover_of_an_expression_has_cost_layout_and_origins(context):
    client, uri = opened(context, NET)
    value = client.result('textDocument/hover', at(uri, NET, 'self.conv(x)', 5))['contents']['value']
    check('self.conv(x): f32[2, 64, 8, 8]' in value, value)
    check('contiguous' in value and 'FLOP' in value and 'moved' in value, value)
    check('`64` from `nn.Conv2d(3, width, 3, padding=1)`' in value and f'({uri}#L8)' in value, value)
    check('`2` from `torch.randn(2, 3, 8, 8)`' in value, value)
    value = client.result('textDocument/hover', at(uri, NET, '.transpose(1, 2)', 3))['contents']['value']
    check('f32[2, 64, 64]' in value and 'strides [4096, 1, 64]' in value, value)
    value = client.result('textDocument/hover', at(uri, NET, 'y = x.flatten'))['contents']['value']
    check('y: f32[2, 64]' in value and 'nn.Conv2d' in value, value)
    text = NET.replace(".mean(1)", "").replace("self.fc(y)", "y")
    client.replace(uri, 2, text)
    value = client.result('textDocument/hover', at(uri, text, 'return y', 7))['contents']['value']
    check('y: f32[2, 64, 64]' in value and 'strides [4096, 1, 64]' in value, 'a name has the layout of what was bound to it: ' + value)


def test_plain_hovers_keep_products_and_say_what_is_assumed(context):
    text = (NET.replace('self, width=64', 'self, width: int, heads: int').replace("        self.fc", "        self.heads = heads\n        self.fc")
            .replace('.mean(1)', '.view(B, H * W, self.heads, C // self.heads)').replace('x = self.conv(x)', 'C = 64').replace('\n\nout = Net()(torch.randn(2, 3, 8, 8))', ''))
    client, uri = opened(context, text, capabilities={**FULL, 'textDocument': {'hover': {'contentFormat': ['plaintext']}}})
    value = client.result('textDocument/hover', at(uri, text, 'y = x.flatten'))['contents']
    equal(value['kind'], 'plaintext')
    check('`' not in value['value'] and ' * ' in value['value'] and 'heads divides 64' in value['value'], value)


def test_tooltips_of_hints_say_where_sizes_come_from(context):
    client, uri = opened(context, NET)
    hints = client.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
    hint = [h for h in hints if h['position'] == position(NET, 'x = self.conv', 1)][0]
    check('tooltip' not in hint, 'lazy')
    tooltip = client.result('inlayHint/resolve', hint)['tooltip']['value']
    check('`64` from `nn.Conv2d(3, width, 3, padding=1)`' in tooltip and f'({uri}#L8)' in tooltip, tooltip)
    eager = context.start()
    eager.open(uri, NET)
    hints = eager.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
    check(hints and all('data' not in h for h in hints), 'no data for a client that does not resolve')


def test_definition_of_a_layer_and_of_a_size(context):
    client, uri = opened(context, NET)
    found = client.result('textDocument/definition', at(uri, NET, 'self.conv(x)', 7))
    equal([(f['uri'], f['range']['start']) for f in found], [(uri, position(NET, 'self.conv = '))])
    found = client.result('textDocument/definition', at(uri, NET, 'H * W'))
    equal([f['range']['start'] for f in found], [position(NET, 'torch.randn')])


# --- names of sizes
def decoded(data):
    line = column = 0
    for i in range(0, len(data), 5):
        line, column = line + data[i], data[i + 1] + (column if data[i] == 0 else 0)
        yield line, column, data[i + 2]


def test_semantic_tokens_are_names_of_sizes(context):
    for encoding, measure in (('utf-8', lambda t: len(t.encode())), ('utf-16', utf16), ('utf-32', len)):
        text = 'from jaxtyping import Float\ndef f(x: Float[Tensor, "b c"]):\n    s = "\U0001F600"; B, C = x.shape; return B * C\n'
        client, uri = opened(context, text, f'{encoding}.py', encodings=[encoding])
        legend = client.capabilities['semanticTokensProvider']['legend']
        equal(legend['tokenTypes'], ['typeParameter'])
        tokens = list(decoded(client.result('textDocument/semanticTokens/full', document(uri))['data']))
        prefix = measure('    s = "\U0001F600"; ')
        equal(tokens[0], (1, text.split('\n')[1].index('b c'), 1))
        equal([(line, column) for line, column, _ in tokens if line == 2], [(2, prefix), (2, prefix + 3), (2, prefix + 23), (2, prefix + 27)])
        one_line = {'start': {'line': 1, 'character': 0}, 'end': {'line': 1, 'character': 99}}
        part = list(decoded(client.result('textDocument/semanticTokens/range', {**document(uri), 'range': one_line})['data']))
        equal({line for line, _, _ in part}, {1})
        client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'semanticTokens': False}}})
        equal(client.result('textDocument/semanticTokens/full', document(uri)), None)
        client.end()


PATTERNS = '''import torch
from einops import rearrange

x = torch.zeros(2, 3, 8, 8)
y = rearrange(x, "")
z = rearrange(x, "b c h w -> b h ")
'''


def labels(answer):
    return [item['label'] for item in answer['items']]


def test_completion_inside_of_shape_strings(context):
    client, uri = opened(context, PATTERNS)
    check(labels(client.result('textDocument/completion', at(uri, PATTERNS, '"")', 1)))[0] == 'b c h w -> ', 'what the tensor has')
    answer = client.result('textDocument/completion', at(uri, PATTERNS, 'b h "', 4))
    equal(labels(answer)[:2], ['c', 'w'], 'what is missing comes first')
    equal(answer['items'][0]['textEdit']['range']['start'], position(PATTERNS, 'b h "', 4))
    equal(labels(client.result('textDocument/completion', at(uri, PATTERNS, 'import torch', 3))), [])


def test_signature_help_inside_of_shape_strings(context):
    client, uri = opened(context, PATTERNS)
    answer = client.result('textDocument/signatureHelp', at(uri, PATTERNS, 'c h w', 2))
    signature = answer['signatures'][0]
    equal(signature['label'], 'x: f32[2, 3, 8, 8]')
    equal([p['label'] for p in signature['parameters']], ['2', '3', '8', '8'])
    equal(answer['activeParameter'], 2)
    check('activeParameter' not in client.result('textDocument/signatureHelp', at(uri, PATTERNS, 'b h "', 1)), 'after the arrow')
    equal(client.result('textDocument/signatureHelp', at(uri, PATTERNS, 'import torch')), None)


# --- actions
def actions(client, uri, range_, only=None):
    context = {'diagnostics': [], **({'only': only} if only else {})}
    return client.result('textDocument/codeAction', {**document(uri), 'range': range_, 'context': context})


def edits_of(action, uri):
    return [e for c in action['edit']['documentChanges'] if c['textDocument']['uri'] == uri for e in c['edits']]


def test_ignoring_here(context):
    client, uri = opened(context, MODEL, 'model.py')
    code = errors(client.diagnostics(uri, 1))[0]['code']
    offered = [a for a in actions(client, uri, everything()) if a['title'].startswith('Ignore')]
    equal(len(offered), 1)
    equal((offered[0]['kind'], offered[0]['diagnostics'][0]['code']), ('quickfix', code))
    changed = apply(MODEL, edits_of(offered[0], uri))
    equal(changed.split('\n')[4], f'c = a @ b  # trident: ignore[{code}]')
    equal(actions(client, uri, everything(), ['refactor']), [])
    again = 'import torch\nc = torch.zeros(2, 3) @ torch.zeros(4, 5)  # trident: ignore[other]\n'
    client.open(context.uri('again.py'), again)
    offered = [a for a in actions(client, context.uri('again.py'), everything()) if a['title'].startswith('Ignore')]
    check('ignore[other, ' in apply(again, edits_of(offered[0], context.uri('again.py'))), offered)


def test_writing_a_type_down(context):
    client, uri = opened(context, NET)
    here = position(NET, 'x):')
    offered = actions(client, uri, {'start': here, 'end': here}, ['refactor.rewrite'])
    equal([a['kind'] for a in offered], ['refactor.rewrite'])
    changed = apply(NET, edits_of(offered[0], uri))
    check('def forward(self, x: Float[torch.Tensor, "2 3 8 8"]):' in changed, changed)
    check('from torch import nn\nfrom jaxtyping import Float\n' in changed, changed)
    client.replace(uri, 2, changed)
    equal(errors(client.diagnostics(uri, 2)), [])
    here = position(changed, 'x: Float')
    equal(actions(client, uri, {'start': here, 'end': here}, ['refactor.rewrite']), [], 'it is written already')


# --- the model
def test_the_model_as_a_tree(context):
    client, uri = opened(context, NET)
    models = client.result('trident/model', document(uri))['models']
    equal([(m['name'], m['output'], m['parameters']) for m in models], [('Net', 'f32[2, 10]', 2442)])
    equal([(m['name'], m['class'], m['output'], m['parameters'], m['calls']) for m in models[0]['children']],
          [('conv', 'Conv2d', 'f32[2, 64, 8, 8]', 1792, 1), ('fc', 'Linear', 'f32[2, 10]', 650, 1)])
    equal(models[0]['children'][0]['location']['range']['start'], position(NET, 'self.conv = '))
    check(models[0]['flops'] == sum(child['flops'] for child in models[0]['children']) > 0, models)
    equal(client.result('trident/model', document(context.uri('closed.py'))), None)
    symbols = client.result('textDocument/documentSymbol', document(uri))
    net = [s for s in symbols if s['name'] == 'Net'][0]
    init = [s for s in net['children'] if s['name'] == '__init__'][0]
    details = {s['name']: s.get('detail', '') for s in init['children']}
    check(details['conv'].startswith('f32[2, 64, 8, 8]') and 'nn.Conv2d' in details['conv'], details)


def test_lenses_over_the_class_its_forward_and_the_analysis(context):
    client, uri = opened(context, NET)
    lenses = client.result('textDocument/codeLens', document(uri))
    titles = {(l['range']['start']['line'], l['command']['command']): l['command']['title'] for l in lenses}
    check('2.44k params' in titles[(position(NET, 'class Net')['line'], '')], titles)
    forward = titles[(position(NET, 'def forward')['line'], '')]
    check('FLOP' in forward and 'moved' in forward and ' ms on ' in forward, forward)
    stages = [l for l in lenses if l['command']['command'] == 'trident.showProfile']
    equal([l['command']['arguments'] for l in stages], [[uri]])
    check('analysed in' in stages[0]['command']['title'] and ' ms' in stages[0]['command']['title'], stages)


def test_the_stages_take_no_longer_than_the_analysis_they_are_of(context):
    client, uri = opened(context, NET)
    # Files that nothing imports: the next analyses find everything done, and their stages are those of the first.
    for i in range(5):
        context.write(f'other_{i}.py', '')
        client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri(f'other_{i}.py'), 'type': 1}]})
        client.quiet(0.05)
        profile = client.result('trident/profile', document(uri))
        stages = sum(stage['wallSeconds'] for stage in profile['stages'])
        check(0 < stages <= profile['wallSeconds'] * 1.05, (stages, profile['wallSeconds']))


def test_a_lens_says_what_compiling_at_a_save_came_to(context):
    # A text that no earlier run has left a report of on disk: only an evaluation reuses summaries.
    text = NET + f'# {time.time_ns()}\n'
    context.write('net.py', text)
    client, uri = opened(context, text, capabilities={'workspace': {'codeLens': {'refreshSupport': True}}})
    client.diagnostics(uri, 1)
    compiled = lambda: [l['command']['title'] for l in client.result('textDocument/codeLens', document(uri)) if l['command']['command'] == 'trident.compile']
    equal(compiled(), [])
    client.notify('textDocument/didSave', document(uri))
    client.wait(lambda m: m.get('method') == 'workspace/codeLens/refresh')
    title, = compiled()
    check(re.fullmatch(r'compiled -O2, [0-9.]+ ms, \d+ rewrites?, \d+ of \d+ summaries reused', title), title)
    client.replace(uri, 2, text + '\n')
    check(compiled()[0].endswith('(edited since)'), compiled())
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'compile': {'level': 7}}}})
    check('`level`' in client.notification('window/logMessage')['message'], 'a wrong level is named')


def test_saving_writes_compiled_source_only_where_that_is_wanted(context):
    context.write('net.py', NET)
    target = context.folder / 'fast' / 'net_optimized.py'
    def saved(client, uri):
        client.notify('textDocument/didSave', document(uri))
        client.wait(lambda m: m.get('method') == 'workspace/codeLens/refresh')
        title, = [l['command']['title'] for l in client.result('textDocument/codeLens', document(uri)) if l['command']['command'] == 'trident.compile']
        return title
    refreshes = {'workspace': {'codeLens': {'refreshSupport': True}}}
    client, uri = opened(context, NET, capabilities=refreshes)
    client.diagnostics(uri, 1)
    title = saved(client, uri)
    check(title.startswith('compiled -O2') and ', in ' not in title and 'written' not in title, title)
    equal([path.name for path in context.folder.rglob('*_optimized.py')], [])
    client, uri = opened(context, NET, options={'compile': {'folder': 'fast'}}, capabilities=refreshes)
    client.diagnostics(uri, 1)
    check(saved(client, uri).endswith(', in net_optimized.py'), 'the file is not named')
    text = target.read_text()
    check('class ' in text and 'import torch' in text, text)
    written = target.stat().st_mtime_ns
    check(saved(client, uri).endswith(', in net_optimized.py'), 'the file is not named')
    equal(target.stat().st_mtime_ns, written)
    target.write_text(text + '# Mine.\n')
    check('not written: ' in saved(client, uri), 'an edited file is written over')
    equal(target.read_text(), text + '# Mine.\n')
    equal([path.name for path in target.parent.iterdir()], ['net_optimized.py'])
    # The configuration file says so for who sets nothing else.
    context.write('trident.toml', '[compile]\nlevel = 1\nfolder = "made"\n')
    client, uri = opened(context, NET, capabilities=refreshes)
    client.diagnostics(uri, 1)
    title = saved(client, uri)
    check(title.startswith('compiled -O1') and (context.folder / 'made' / 'net_optimized.py').exists(), title)


def test_hints_of_cost(context):
    client, uri = opened(context, NET, options={'inlayHints': {'cost': True, 'types': False, 'parameters': False}})
    hints = client.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
    line = position(NET, 'x = self.conv(x)')
    equal([(h['position'], h['label']) for h in hints][0], ({'line': line['line'], 'character': len('        x = self.conv(x)')}, '442kFLOP'))
    check('kernel' in client.result('inlayHint/resolve', hints[0])['tooltip']['value'], hints)
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'inlayHints': {'types': False, 'parameters': False}}}})
    equal(client.result('textDocument/inlayHint', {**document(uri), 'range': everything()}), [])


def test_status_for_clients_that_ask(context):
    client, uri = opened(context, NET, capabilities={'experimental': {'tridentStatus': True}})
    equal([client.notification('trident/status') for _ in range(2)], [{'busy': True}, {'busy': False}])
    quiet, uri = opened(context, NET)
    quiet.diagnostics(uri, 1)
    check(not any(m.get('method') == 'trident/status' for m in quiet.quiet()), 'only who asks')


def test_progress_of_long_work_and_its_cancellation(context):
    client, uri = opened(context, SLOW, 'slow.py', environment={'TRIDENT_PROGRESS_MS': '50'}, capabilities={'window': {'workDoneProgress': True}})
    token = client.wait(lambda m: m.get('method') == 'window/workDoneProgress/create')['params']['token']
    begun = client.notification('$/progress')
    equal((begun['token'], begun['value']['kind'], begun['value']['cancellable']), (token, 'begin', True))
    hints = client.ask('textDocument/inlayHint', {**document(uri), 'range': everything()})
    client.notify('window/workDoneProgress/cancel', {'token': token})
    client.wait(lambda m: m.get('method') == '$/progress' and m['params']['value']['kind'] == 'end')
    equal(client.response(hints)['error']['code'], -32803, 'nobody waits for what was given up')
    equal(client.diagnostics(uri, 1), [])
    client.replace(uri, 2, SLOW + '\n')
    client.wait(lambda m: m.get('method') == '$/progress' and m['params']['value']['kind'] == 'begin')
    client.replace(uri, 3, FIXED)
    equal(errors(client.diagnostics(uri, 3)), [], 'an edit ends the work on the text before it')
    client.notify('window/workDoneProgress/cancel', {'token': 'unknown'})
    equal(client.shut_down(), 0)


# --- notebooks
def notebook(context, client, cells, languages=None, version=1):
    uri = context.uri('book.ipynb')
    items = [{'uri': f'{uri}#cell{i}', 'languageId': (languages or {}).get(i, 'python'), 'version': 1, 'text': text} for i, text in enumerate(cells)]
    client.notify('notebookDocument/didOpen', {
        'notebookDocument': {'uri': uri, 'notebookType': 'jupyter-notebook', 'version': version,
                             'cells': [{'kind': 1 if i['languageId'] == 'markdown' else 2, 'document': i['uri']} for i in items]},
        'cellTextDocuments': [i for i in items]})
    return uri, [i['uri'] for i in items]


def edit_cell(client, book, cell, version, changes):
    client.notify('notebookDocument/didChange', {'notebookDocument': {'uri': book, 'version': version},
                                                 'change': {'cells': {'textContent': [{'document': {'uri': cell, 'version': version}, 'changes': changes}]}}})


def test_cells_in_order_form_one_module(context):
    client = context.start(capabilities=FULL)
    selector = client.capabilities['notebookDocumentSync']['notebookSelector']
    equal(selector[0]['cells'], [{'language': 'python'}])
    book, cells = notebook(context, client, ['%matplotlib inline\nimport torch\na = torch.zeros(2, 3)', '# Title', 'b = torch.zeros(4, 5)\n!ls', 's = "\U0001F600"; c = a @ b'],
                           {1: 'markdown'})
    equal(client.diagnostics(cells[0]), [])
    equal(client.diagnostics(cells[2]), [])
    found = errors(client.diagnostics(cells[3]))
    equal([(d['range']['start']['line'], d['range']['end']['character']) for d in found], [(0, utf16('s = "\U0001F600"; c = a @ b'))])
    related = [r['location']['uri'] for r in found[0].get('relatedInformation', [])]
    check(all(uri in cells for uri in related), related)
    hints = client.result('textDocument/inlayHint', {**document(cells[2]), 'range': everything()})
    equal([(h['position'], h['label']) for h in hints], [({'line': 0, 'character': 1}, ': f32[4, 5]')])
    hover = client.result('textDocument/hover', {**document(cells[0]), 'position': {'line': 2, 'character': 0}})
    check('f32[2, 3]' in hover['contents']['value'], hover)
    # A change in one cell reaches the cell that depends on it.
    edit_cell(client, book, cells[2], 2, [{'range': {'start': {'line': 0, 'character': 16}, 'end': {'line': 0, 'character': 17}}, 'text': '3'}])
    equal(errors(client.diagnostics(cells[3])), [])
    edit_cell(client, book, cells[2], 3, [{'text': 'b = torch.zeros(7, 5)'}])
    equal(len(errors(client.diagnostics(cells[3]))), 1)
    offered = [a for a in actions(client, cells[3], everything()) if a['title'].startswith('Ignore')]
    equal([c['textDocument'] for c in offered[0]['edit']['documentChanges']], [{'uri': cells[3], 'version': 1}])
    equal(client.result('textDocument/hover', {**document(cells[1]), 'position': {'line': 0, 'character': 0}}), None, 'a cell of text')


def test_cells_come_go_and_move(context):
    client = context.start(capabilities=FULL)
    book, cells = notebook(context, client, ['import torch\na = torch.zeros(2, 3)', 'c = a @ a'])
    equal(len(errors(client.diagnostics(cells[1]))), 1)

    def splice(version, start, count, items):
        client.notify('notebookDocument/didChange', {'notebookDocument': {'uri': book, 'version': version}, 'change': {'cells': {'structure': {
            'array': {'start': start, 'deleteCount': count, 'cells': [{'kind': 2, 'document': i['uri']} for i in items]},
            'didOpen': items}}}})

    new = {'uri': book + '#new', 'languageId': 'python', 'version': 1, 'text': 'a = torch.zeros(3, 3)\n'}
    splice(2, 1, 0, [new])
    equal(errors(client.diagnostics(cells[1])), [])
    splice(3, 1, 1, [])
    equal(client.diagnostics(new['uri']), [], 'what is gone has no diagnostics')
    equal(len(errors(client.diagnostics(cells[1]))), 1)
    client.notify('notebookDocument/didSave', {'notebookDocument': {'uri': book}})
    client.notify('notebookDocument/didClose', {'notebookDocument': {'uri': book}, 'cellTextDocuments': [{'uri': c} for c in cells]})
    equal(client.diagnostics(cells[1]), [])
    equal(client.result('textDocument/hover', {**document(cells[0]), 'position': {'line': 1, 'character': 0}}), None)
    edit_cell(client, book, cells[0], 4, [{'text': ''}])
    client.notify('notebookDocument/didChange', {'notebookDocument': {}})
    client.notify('notebookDocument/didOpen', {})
    equal(client.shut_down(), 0)


def test_pulled_diagnostics_of_a_cell(context):
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    _, cells = notebook(context, client, ['import torch\na = torch.zeros(2, 3)', 'c = a @ a'])
    equal(client.result('textDocument/diagnostic', document(cells[0]))['items'], [])
    found = client.result('textDocument/diagnostic', document(cells[1]))
    equal([d['range']['start']['line'] for d in errors(found['items'])], [0])
    again = client.result('textDocument/diagnostic', {**document(cells[1]), 'previousResultId': found['resultId']})
    equal(again['kind'], 'unchanged')


def test_words_of_ipython_are_no_errors(context):
    client = context.start(capabilities=FULL)
    _, cells = notebook(context, client, ['%%bash\nfor i in *; do echo $i; done', '%%time\nimport torch\nfiles = !ls', 'torch.zeros?\n%timeit 1 + 1\nx = torch.zeros(1)'])
    for cell in cells:
        equal(client.diagnostics(cell), [])
    hints = client.result('textDocument/inlayHint', {**document(cells[2]), 'range': everything()})
    equal([h['position']['line'] for h in hints], [2])
