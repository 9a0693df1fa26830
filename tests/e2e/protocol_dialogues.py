"""Dialogues with every method that the server offers, as the specification writes them."""
import json

from protocol_client import utf16
from protocol_context import FIXED, MODEL, Context, check, equal, errors

FULL = {'textDocument': {'publishDiagnostics': {'relatedInformation': True, 'versionSupport': True},
                         'hover': {'contentFormat': ['markdown', 'plaintext']},
                         'documentSymbol': {'hierarchicalDocumentSymbolSupport': True},
                         'codeAction': {'codeActionLiteralSupport': {'codeActionKind': {'valueSet': ['quickfix', 'source']}}},
                         'inlayHint': {'resolveSupport': {'properties': ['tooltip']}}},
        'workspace': {'workspaceEdit': {'documentChanges': True}}}


def everything(lines=100):
    return {'start': {'line': 0, 'character': 0}, 'end': {'line': lines, 'character': 0}}


def document(uri):
    return {'textDocument': {'uri': uri}}


# --- lifecycle
def test_initialize_answers_capabilities(context):
    client = context.start()
    equal(client.info['name'], 'trident')
    equal(client.capabilities['positionEncoding'], 'utf-16', 'the default encoding')
    sync = client.capabilities['textDocumentSync']
    equal((sync['openClose'], sync['change']), (True, 2))
    for name in ('hoverProvider', 'inlayHintProvider', 'codeLensProvider', 'codeActionProvider', 'definitionProvider', 'documentSymbolProvider'):
        check(client.capabilities.get(name), name)
    check('diagnosticProvider' not in client.capabilities, 'pull is offered only to a client that can pull')
    equal(client.shut_down(), 0, 'exit code')


def test_encodings_are_negotiated(context):
    for offered, chosen in ((None, 'utf-16'), (['utf-16'], 'utf-16'), (['utf-8', 'utf-16'], 'utf-8'), (['utf-16', 'utf-8'], 'utf-8'),
                            (['utf-32', 'utf-16'], 'utf-32'), (['utf-7'], 'utf-16')):
        client = context.start(encodings=offered)
        equal(client.capabilities['positionEncoding'], chosen, offered)
        client.end()


def test_exit_without_shutdown_is_a_failure(context):
    client = context.start()
    client.notify('exit')
    equal(client.process.wait(10), 1)


def test_exit_before_initialize(context):
    client = context.raw()
    client.notify('exit')
    equal(client.process.wait(10), 1)


def test_end_of_input_ends_the_server(context):
    client = context.start()
    client.sink.close()
    equal(client.process.wait(10), 1)
    client = context.start()
    client.result('shutdown')
    client.sink.close()
    equal(client.process.wait(10), 0)


def test_requests_before_initialize(context):
    client = context.raw()
    equal(client.request('textDocument/hover', {})['error']['code'], -32002)
    equal(client.request('shutdown')['error']['code'], -32002)
    client.notify('textDocument/didOpen', {'textDocument': {'uri': 'file:///x.py', 'languageId': 'python', 'version': 1, 'text': ''}})
    client.initialize(root=context.folder)
    equal(client.shut_down(), 0)


def test_second_initialize_is_refused(context):
    client = context.start()
    equal(client.request('initialize', {'processId': None, 'rootUri': None, 'capabilities': {}})['error']['code'], -32600)
    equal(client.shut_down(), 0)


def test_initialize_may_be_tried_again_after_bad_params(context):
    client = context.raw()
    equal(client.request('initialize')['error']['code'], -32602)
    equal(client.request('initialize', [1])['error']['code'], -32602)
    client.initialize()
    equal(client.shut_down(), 0)


def test_requests_after_shutdown(context):
    client = context.start()
    client.result('shutdown')
    equal(client.request('textDocument/hover', {})['error']['code'], -32600)
    equal(client.request('shutdown')['error']['code'], -32600)
    client.notify('exit')
    equal(client.process.wait(10), 0)


def test_unknown_methods(context):
    client = context.start()
    equal(client.request('textDocument/nothing', {})['error']['code'], -32601)
    equal(client.request('$/nothing', {})['error']['code'], -32601)
    equal(client.request('textDocument/didOpen', {})['error']['code'], -32601, 'a notification sent as a request')
    client.notify('$/nothing', {})
    client.notify('workspace/nothing', {'x': [1, 2]})
    client.notify('textDocument/hover', {})
    client.notify('$/setTrace', {'value': 'off'})
    equal(client.shut_down(), 0)


def test_string_ids_are_kept(context):
    client = context.start()
    client.send({'id': 'seven', 'method': 'textDocument/hover', 'params': {'textDocument': {'uri': 'file:///x'}, 'position': {'line': 0, 'character': 0}}})
    equal(client.response('seven')['result'], None)


def test_invalid_params(context):
    client = context.start()
    for method in ('textDocument/hover', 'textDocument/inlayHint', 'textDocument/codeLens', 'textDocument/codeAction', 'textDocument/definition',
                   'textDocument/documentSymbol', 'textDocument/diagnostic', 'textDocument/completion', 'textDocument/signatureHelp',
                   'textDocument/semanticTokens/full', 'textDocument/semanticTokens/range', 'inlayHint/resolve', 'trident/model', 'trident/profile', 'trident/cost', 'trident/graph'):
        for params in (None, {}, [], {'textDocument': 5}, {'textDocument': {'uri': 7}}):
            equal(client.request(method, params)['error']['code'], -32602, (method, params))


# --- diagnostics
def test_push_has_the_version(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, MODEL, version=7)
    found = errors(client.diagnostics(uri, 7))
    equal(len(found), 1, 'errors')
    equal(found[0]['range']['start']['line'], 4)
    equal(found[0]['source'], 'trident')
    check(found[0]['code'], 'a code')
    client.change(uri, 8, [{'range': {'start': {'line': 3, 'character': 16}, 'end': {'line': 3, 'character': 17}}, 'text': '3'}])
    equal(errors(client.diagnostics(uri, 8)), [])
    client.change(uri, 9, [{'range': {'start': {'line': 3, 'character': 16}, 'end': {'line': 3, 'character': 17}}, 'text': '4'}])
    equal(len(errors(client.diagnostics(uri, 9))), 1)
    client.notify('textDocument/didClose', document(uri))
    equal(client.diagnostics(uri), [], 'closing takes them back')


def test_pull_has_result_ids(context):
    client = context.start(capabilities={'textDocument': {'diagnostic': {'relatedDocumentSupport': True}}})
    provider = client.capabilities['diagnosticProvider']
    equal((provider['interFileDependencies'], provider['workspaceDiagnostics']), (True, True))
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    first = client.result('textDocument/diagnostic', document(uri))
    equal(first['kind'], 'full')
    equal(len(errors(first['items'])), 1)
    again = client.result('textDocument/diagnostic', {**document(uri), 'previousResultId': first['resultId']})
    equal(again, {'kind': 'unchanged', 'resultId': first['resultId']})
    client.replace(uri, 2, FIXED)
    fixed = client.result('textDocument/diagnostic', {**document(uri), 'previousResultId': first['resultId']})
    equal((fixed['kind'], errors(fixed['items'])), ('full', []))
    check(fixed['resultId'] != first['resultId'], 'another result has another id')
    pushed = [m for m in client.quiet(1.5) if m.get('method') == 'textDocument/publishDiagnostics' and m['params']['diagnostics']]
    equal(pushed, [], 'a client that pulls is not pushed to')


def test_a_client_that_could_pull_but_does_not_is_pushed_to(context):
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    equal(len(errors(client.diagnostics(uri, 1))), 1)


def test_pull_of_a_closed_document(context):
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    equal(client.result('textDocument/diagnostic', document(context.uri('closed.py')))['items'], [])


def test_workspace_diagnostics(context):
    context.write('one.py', MODEL)
    context.write('two.py', FIXED)
    context.write('.hidden/three.py', MODEL)
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    items = client.result('workspace/diagnostic', {'previousResultIds': []})['items']
    equal([item['uri'] for item in items], [context.uri('one.py')])
    equal(len(errors(items[0]['items'])), 1)
    held = client.ask('workspace/diagnostic', {'previousResultIds': [{'uri': items[0]['uri'], 'value': items[0]['resultId']}]})
    client.quiet(0.5)
    check(not any(m.get('id') == held and 'method' not in m for m in client.kept), 'the answer waits for a change')
    context.write('one.py', FIXED)
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('one.py'), 'type': 2}]})
    changed = client.response(held)['result']['items']
    equal([(item['uri'], errors(item['items'])) for item in changed], [(context.uri('one.py'), [])])


def test_workspace_diagnostics_of_files_that_go(context):
    context.write('one.py', MODEL)
    inner = context.write('inner/two.py', MODEL).parent
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    client.notify('workspace/didChangeWorkspaceFolders', {'event': {'added': [{'uri': inner.as_uri(), 'name': 'inner'}], 'removed': []}})
    items = client.result('workspace/diagnostic', {'previousResultIds': []})['items']
    equal([item['uri'] for item in items], [context.uri('one.py'), context.uri('inner/two.py')], 'a folder within a folder is told once')
    (context.folder / 'one.py').unlink()
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('one.py'), 'type': 3}]})
    known = [{'uri': item['uri'], 'value': item['resultId']} for item in items]
    gone = client.result('workspace/diagnostic', {'previousResultIds': known})['items']
    equal([(item['uri'], item['items']) for item in gone], [(context.uri('one.py'), [])])
    known[0]['value'] = gone[0]['resultId']
    held = client.ask('workspace/diagnostic', {'previousResultIds': known})
    client.quiet(0.5)
    check(not any(m.get('id') == held and 'method' not in m for m in client.kept), 'it is taken back once')


def test_workspace_diagnostics_in_parts(context):
    context.write('one.py', MODEL)
    context.write('two.py', MODEL)
    client = context.start(capabilities={'textDocument': {'diagnostic': {}}})
    asked = client.ask('workspace/diagnostic', {'previousResultIds': [], 'partialResultToken': 'parts'})
    equal(client.response(asked)['result'], {'items': []}, 'everything was in the parts')
    parts = [m['params'] for m in client.kept if m.get('method') == '$/progress']
    equal([p['token'] for p in parts], ['parts', 'parts'])
    equal([[item['uri'] for item in p['value']['items']] for p in parts], [[context.uri('one.py')], [context.uri('two.py')]])
    equal(len(errors(parts[0]['value']['items'][0]['items'])), 1)


def test_settings_of_severity(context):
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    code = errors(client.diagnostics(uri, 1))[0]['code']
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'severity': {code: 'warning'}}}})
    equal([d['severity'] for d in client.diagnostics(uri)], [2])
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'severity': {code: 'off'}}}})
    equal(client.diagnostics(uri), [])
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'diagnostics': 'yes', 'severity': {code: 'loud'}}}})
    complaints = [client.notification('window/logMessage')['message'] for _ in range(2)]
    check(any('diagnostics' in c for c in complaints) and any('severity' in c for c in complaints), complaints)
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'severity': {'no-such-slug': 'off'}}}})
    check('no-such-slug' in client.notification('window/logMessage')['message'], 'a slip is named')


def test_settings_of_initialize_are_checked_too(context):
    client = context.raw()
    client.initialize(root=context.folder, options={'hover': 'yes'})
    check('`hover` is true or false' in client.notification('window/logMessage')['message'], 'a slip is named')


def test_the_cache_is_switched_by_a_setting(context):
    client = context.raw(environment={'XDG_CACHE_HOME': str(context.folder / 'cache')})
    client.initialize(root=context.folder, options={'cache': False})
    cache = context.folder / 'cache' / 'trident'
    uri = context.uri('model.py')
    client.open(uri, context.write('model.py', MODEL).read_text())
    client.diagnostics(uri, 1)
    check(not cache.exists(), 'nothing is kept')
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'cache': True}}})
    client.diagnostics(uri, 1)
    check(cache.exists(), 'something is kept')


def test_configuration_files(context):
    context.write('trident.toml', '[severity]\nmatmul-sizes = "warning"\nmatmul-size = "off"\n')
    client = context.start()
    uri, config = context.uri('model.py'), context.uri('trident.toml')
    client.open(uri, MODEL)
    equal([d['severity'] for d in client.diagnostics(uri, 1)], [2])
    (problem,) = client.diagnostics(config)
    equal((problem['code'], problem['range']['start']), ('configuration', {'line': 2, 'character': 0}))
    # The editor's setting wins.
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'severity': {'matmul-sizes': 'hint'}}}})
    equal([d['severity'] for d in client.diagnostics(uri)], [4])
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {}}})
    equal([d['severity'] for d in client.diagnostics(uri)], [2])
    context.write('trident.toml', '[severity]\nmatmul-sizes = "off"\n')
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': config, 'type': 2}]})
    for each in (uri, config):
        client.wait(lambda m: m.get('method') == 'textDocument/publishDiagnostics' and m['params']['uri'] == each and not m['params']['diagnostics'])


def test_hints_of_a_configuration_file(context):
    context.write('trident.toml', '[hints]\ntypes = false\n')
    client = context.start()
    uri = context.uri('model.py')
    client.open(uri, FIXED)
    equal(client.result('textDocument/inlayHint', {**document(uri), 'range': everything()}), [])


# --- positions
ASTRAL = 'import torch\ns = "\U0001F600\U0001F600é日"; a = torch.zeros(2, 3)\n'


def test_positions_in_every_encoding(context):
    prefix = 's = "\U0001F600\U0001F600é日"; a'
    widths = {'utf-8': len(prefix.encode()), 'utf-16': utf16(prefix), 'utf-32': len(prefix)}
    for encoding, column in widths.items():
        client = context.start(encodings=[encoding], capabilities=FULL)
        uri = context.uri(f'{encoding}.py')
        client.open(uri, ASTRAL)
        hints = client.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
        check({'line': 1, 'character': column} in [h['position'] for h in hints], (encoding, column, hints))
        # An edit behind the astral characters: the 2 becomes a 7.
        at = {'line': 1, 'character': column + len(' = torch.zeros(')}
        client.change(uri, 2, [{'range': {'start': at, 'end': {'line': 1, 'character': at['character'] + 1}}, 'text': '7'}])
        hints = client.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
        labels = [h['label'] for h in hints if h['position'] == {'line': 1, 'character': column}]
        check(labels and '7, 3' in labels[0], (encoding, labels))
        client.end()


def test_edits_inside_and_around_characters(context):
    """The same random edits here and there end in the same text: seen through the number that the text binds."""
    client = context.start(encodings=['utf-16'])
    uri = context.uri('edits.py')
    client.open(uri, 'import torch\n# \U0001F600\r\n# b\r# c\n')
    version = 1

    def edit(line, start, end_line, end, text):
        nonlocal version
        version += 1
        client.change(uri, version, [{'range': {'start': {'line': line, 'character': start}, 'end': {'line': end_line, 'character': end}}, 'text': text}])

    edit(1, 4, 2, 0, '\r')          # the CR LF becomes a CR
    edit(2, 0, 2, 0, '\n')          # which becomes a CR LF again: one line, not two
    edit(1, 3, 1, 3, 'x')           # inside the surrogate pair: its start
    edit(99, 0, 99, 0, 'a = torch.zeros(2, 3)\nc = a @ a\n')  # past the end: at the end
    edit(3, 900, 3, 900, ' # long')  # past the end of a line: its end
    found = errors(client.diagnostics(uri, version))
    equal([d['range']['start']['line'] for d in found], [5])


def test_lone_surrogates_are_survived(context):
    client = context.start()
    uri = context.uri('half.py')
    body = json.dumps({'jsonrpc': '2.0', 'method': 'textDocument/didOpen',
                       'params': {'textDocument': {'uri': uri, 'languageId': 'python', 'version': 1, 'text': '# \ud83d\n' + MODEL}}})
    client.raw(b'Content-Length: %d\r\n\r\n' % len(body.encode()) + body.encode())
    equal(len(errors(client.diagnostics(uri, 1))), 1)


# --- features
def test_inlay_hints_and_their_tooltips(context):
    client = context.start(capabilities=FULL)
    uri = context.uri('model.py')
    client.open(uri, FIXED)
    hints = client.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
    by_line = {h['position']['line']: h for h in hints}
    check({2, 3, 4} <= set(by_line), hints)
    equal(by_line[2]['position']['character'], 1)
    check('2, 3' in by_line[2]['label'] and '2, 5' in by_line[4]['label'], hints)
    part = client.result('textDocument/inlayHint', {**document(uri), 'range': {'start': {'line': 3, 'character': 0}, 'end': {'line': 3, 'character': 9}}})
    equal([h['position']['line'] for h in part], [3])
    resolved = client.result('inlayHint/resolve', hints[0])
    equal((resolved['position'], resolved['label']), (hints[0]['position'], hints[0]['label']))
    client.replace(uri, 2, FIXED + '\n')
    client.diagnostics(uri, 2)
    stale = client.result('inlayHint/resolve', hints[0])
    equal(stale['label'], hints[0]['label'])
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'inlayHints': {'types': False}}}})
    hints = client.result('textDocument/inlayHint', {**document(uri), 'range': everything()})
    equal([h for h in hints if h.get('kind') == 1], [])


def test_hover(context):
    client = context.start(capabilities=FULL)
    uri = context.uri('model.py')
    client.open(uri, FIXED)
    hover = client.result('textDocument/hover', {**document(uri), 'position': {'line': 4, 'character': 0}})
    equal(hover['contents']['kind'], 'markdown')
    check(hover['contents']['value'], 'a text')
    equal(client.result('textDocument/hover', {**document(uri), 'position': {'line': 999, 'character': 0}}), None)
    equal(client.result('textDocument/hover', {**document(context.uri('closed.py')), 'position': {'line': 0, 'character': 0}}), None)


def test_code_lens_over_a_model(context):
    client = context.start(capabilities=FULL)
    uri = context.uri('net.py')
    client.open(uri, 'import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n'
                     '        self.fc = nn.Linear(4, 2)\n\n    def forward(self, x):\n        return self.fc(x)\n\n\nout = Net()(torch.zeros(3, 4))\n')
    lenses = client.result('textDocument/codeLens', document(uri))
    for lens in lenses:
        check(lens['command']['title'], lens)
    symbols = client.result('textDocument/documentSymbol', document(uri))
    for symbol in symbols:
        check(symbol['name'] and symbol['range']['start']['line'] <= symbol['selectionRange']['start']['line'], symbol)
    client.notify('workspace/didChangeConfiguration', {'settings': {'trident': {'codeLens': False}}})
    equal(client.result('textDocument/codeLens', document(uri)), [])


def test_code_actions_have_edits(context):
    client = context.start(capabilities=FULL)
    uri = context.uri('model.py')
    client.open(uri, MODEL)
    whole = {**document(uri), 'range': everything(), 'context': {'diagnostics': []}}
    for action in client.result('textDocument/codeAction', whole):
        equal(action['kind'], 'quickfix')
        changes = action['edit']['documentChanges']
        check(changes and all(c['textDocument']['version'] == 1 or c['textDocument']['uri'] != uri for c in changes), action)
    equal(client.result('textDocument/codeAction', {**whole, 'context': {'diagnostics': [], 'only': ['refactor.extract']}}), [])


def test_definition_is_a_list(context):
    client = context.start(capabilities=FULL)
    uri = context.uri('model.py')
    client.open(uri, FIXED)
    found = client.result('textDocument/definition', {**document(uri), 'position': {'line': 4, 'character': 4}})
    equal(found, [])


def test_requests_of_trident(context):
    client = context.start(capabilities=FULL)
    uri = context.uri('model.py')
    client.open(uri, FIXED, version=5)
    profile = client.result('trident/profile', document(uri))
    equal((profile['uri'], profile['version']), (uri, 5))
    check(any(stage['calls'] > 0 for stage in profile['stages']), profile)
    check(profile['residentBytes'] > 0 and profile['wallSeconds'] > 0, profile)
    equal(client.result('trident/cost', document(uri))['uri'], uri)
    graph = client.request('trident/graph', document(uri))
    check(graph.get('result', {}).get('graph') is not None or graph['error']['code'] == -32803, graph)


# --- the world around
def test_a_change_on_disk_reaches_open_documents(context):
    context.write('sizes.py', 'width = 3\n')
    client = context.start()
    uri = context.uri('user.py')
    client.open(uri, 'import torch\nfrom sizes import width\n\na = torch.zeros(2, 3)\nb = torch.zeros(width, 5)\nc = a @ b\n')
    equal(errors(client.diagnostics(uri, 1)), [])
    context.write('sizes.py', 'width = 4\n')
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('sizes.py'), 'type': 2}]})
    equal(len(errors(client.diagnostics(uri, 1))), 1)
    client.open(context.uri('sizes.py'), 'width = 3\n')
    equal(errors(client.diagnostics(uri, 1)), [], 'an open document shadows the file')


def test_a_file_that_appears_is_found(context):
    client = context.start()
    uri = context.uri('user.py')
    client.open(uri, 'import torch\nfrom sizes import width\n\na = torch.zeros(2, 3)\nb = torch.zeros(width, 5)\nc = a @ b\n')
    equal(errors(client.diagnostics(uri, 1)), [], 'unknown is silent')
    context.write('sizes.py', 'width = 4\n')
    client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('sizes.py'), 'type': 1}]})
    equal(len(errors(client.diagnostics(uri, 1))), 1)


def test_refresh_is_asked_for_when_another_file_changes(context):
    context.write('sizes.py', 'width = 3\n')
    refresh = {'inlayHint': {'refreshSupport': True}, 'codeLens': {'refreshSupport': True}}
    client = context.start(capabilities={'workspace': refresh})
    uri = context.uri('user.py')
    client.open(uri, 'import torch\nfrom sizes import width\nb = torch.zeros(width, 5)\n')
    client.diagnostics(uri, 1)
    changed = lambda: client.notify('workspace/didChangeWatchedFiles', {'changes': [{'uri': context.uri('sizes.py'), 'type': 2}]})
    context.write('sizes.py', 'width = 4\n')
    changed()
    client.wait(lambda m: m.get('method') == 'workspace/inlayHint/refresh')
    client.wait(lambda m: m.get('method') == 'workspace/codeLens/refresh')
    context.write('sizes.py', 'width = 4  # as before\n')
    changed()
    check(not any(m.get('method', '').endswith('/refresh') for m in client.quiet()), 'what looks the same is not asked for again')


def test_registrations_and_configuration(context):
    client = context.raw()
    client.answers_to_server['workspace/configuration'] = lambda params: [{'codeLens': False} for _ in params['items']]
    client.initialize(root=context.folder, capabilities={'workspace': {'configuration': True, 'didChangeConfiguration': {'dynamicRegistration': True},
                                                                       'didChangeWatchedFiles': {'dynamicRegistration': True}}})
    registered = client.wait(lambda m: m.get('method') == 'client/registerCapability')['params']['registrations']
    equal(sorted(r['method'] for r in registered), ['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles'])
    asked = client.wait(lambda m: m.get('method') == 'workspace/configuration')
    equal(asked['params']['items'], [{'section': 'trident'}])
    uri = context.uri('net.py')
    client.open(uri, 'class A:\n    pass\n')
    equal(client.result('textDocument/codeLens', document(uri)), [])


def test_workspace_folders_come_and_go(context):
    other = context.write('other/sizes.py', 'width = 3\n').parent
    client = context.start()
    folder = {'uri': other.as_uri(), 'name': 'other'}
    uri = context.uri('user.py')
    client.open(uri, 'import torch\nfrom sizes import width\n\na = torch.zeros(2, 4)\nb = torch.zeros(width, 5)\nc = a @ b\n')
    equal(errors(client.diagnostics(uri, 1)), [], 'unknown is silent')
    client.notify('workspace/didChangeWorkspaceFolders', {'event': {'added': [folder], 'removed': []}})
    equal(len(errors(client.diagnostics(uri, 1))), 1)
    client.notify('workspace/didChangeWorkspaceFolders', {'event': {'added': [], 'removed': [folder]}})
    equal(errors(client.diagnostics(uri, 1)), [])


def test_cancelled_requests_are_answered_so(context):
    client = context.start()
    uri = context.uri('model.py')
    # Both in one write: the cancellation is there before the analysis can have ended.
    client.open(uri, MODEL)
    identifier = client.ask('textDocument/inlayHint', {**document(uri), 'range': everything()})
    client.notify('$/cancelRequest', {'id': identifier})
    answer = client.response(identifier)
    check('result' in answer or answer['error']['code'] == -32800, answer)
    client.notify('$/cancelRequest', {'id': 12345})
    client.notify('$/cancelRequest', {'id': 'unknown'})
    client.notify('$/cancelRequest', {})
    client.quiet(0.2)
    equal([m for m in client.kept if m.get('id') == identifier], [], 'one answer only')


def test_other_languages_are_left_alone(context):
    client = context.start()
    uri = context.uri('notes.md')
    client.open(uri, 'a = b\n', language='markdown')
    equal(client.result('textDocument/inlayHint', {**document(uri), 'range': everything()}), [])
    client.change(uri, 2, [{'text': 'c'}])
    client.notify('textDocument/didClose', document(uri))
    equal([m for m in client.quiet(0.3) if m.get('method') == 'textDocument/publishDiagnostics' and m['params']['diagnostics']], [])


def test_unsaved_documents_have_no_file(context):
    client = context.start()
    client.open('untitled:Untitled-1', MODEL)
    equal(len(errors(client.diagnostics('untitled:Untitled-1', 1))), 1)


def test_uris_are_echoed_as_written(context):
    client = context.start()
    uri = context.uri('with space.py').replace('/with', '/%77ith')
    client.open(uri, MODEL)
    equal(len(errors(client.diagnostics(uri, 1))), 1)
