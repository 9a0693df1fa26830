#!/usr/bin/env python3
"""Runs `trident check` with configuration files; compares the schema with what is read.

    config_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them
"""
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cli_test
from cli_test import check

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRONG = 'import torch\n\ny = torch.zeros(2, 3) @ torch.zeros(4, 5)\n'


def found(context, *arguments):
    code, out, err = context.run('check', '--format', 'json', *arguments)
    check(not err, err)
    return code, [(os.path.basename(d['file']), d['line'], d['severity'], d['code']) for d in json.loads(out)['diagnostics']]


def test_severities(context):
    context.write('a.py', WRONG)
    context.write('tests/b.py', WRONG)
    check(found(context, '.') == (1, [('a.py', 3, 'error', 'matmul-sizes'), ('b.py', 3, 'error', 'matmul-sizes')]), 'without configuration')
    context.write('pyproject.toml', '[tool.trident.severity]\nmatmul-sizes = "warning"\n[[tool.trident.overrides]]\npaths = ["tests"]\n'
                  'severity = { matmul-sizes = "off" }\n')
    check(found(context, '.') == (0, [('a.py', 3, 'warning', 'matmul-sizes')]), found(context, '.'))
    # The nearest file holds, alone.
    context.write('tests/trident.toml', 'diagnostics = true\n')
    check(found(context, '.') == (1, [('a.py', 3, 'warning', 'matmul-sizes'), ('b.py', 3, 'error', 'matmul-sizes')]), found(context, '.'))
    context.write('tests/trident.toml', 'diagnostics = false\n')
    check(found(context, '.') == (0, [('a.py', 3, 'warning', 'matmul-sizes')]), found(context, '.'))


def test_problems_point_at_the_line(context):
    context.write('a.py', WRONG)
    context.write('b.py', 'x = 1\n')
    context.write('trident.toml', 'device = "H100"\n\n[severity]\nmatmul-size = "off"\n')
    code, out, err = context.run('check', '--format', 'concise', '.')
    check(code == 1 and 'trident.toml:4:1: error: no diagnostic is called `matmul-size`' in out and out.count('trident.toml') == 1, out)
    context.write('trident.toml', 'device = \n')
    code, out, err = context.run('check', '--format', 'concise', 'b.py')
    check(code == 1 and 'trident.toml:1:' in out, out)


def test_import_roots(context):
    context.write('lib/parts/made.py', 'import torch\nx = torch.zeros(4, 5)\n')
    context.write('a.py', 'import torch\nfrom made import x\ny = torch.zeros(2, 3) @ x\n')
    check(found(context, 'a.py') == (0, []), 'not found')
    context.write('trident.toml', 'python-path = ["lib/parts"]\n')
    check(found(context, 'a.py') == (1, [('a.py', 3, 'error', 'matmul-sizes')]), found(context, 'a.py'))
    os.remove(context.folder / 'trident.toml')
    (context.folder / 'env/lib/python3.11/site-packages').mkdir(parents=True)
    (context.folder / 'lib/parts/made.py').rename(context.folder / 'env/lib/python3.11/site-packages/made.py')
    context.write('trident.toml', 'python-environment = "env"\n')
    check(found(context, 'a.py') == (1, [('a.py', 3, 'error', 'matmul-sizes')]), found(context, 'a.py'))


def test_device(context):
    context.write('a.py', 'import torch\ny = torch.nn.Linear(8, 8)(torch.zeros(2, 8))\n')
    context.write('trident.toml', 'device = "mi300x"\n')
    for arguments, device in (([], 'MI300X'), (['--device', 'H200'], 'H200')):
        code, out, err = context.run('profile', '--format', 'json', *arguments, 'a.py')
        check(json.loads(out)['costs'][0]['device'] == device, out)


def test_comments_and_severities(context):
    context.write('a.py', WRONG.replace('5)\n', '5)  # trident: ignore[view-size]\n'))
    check(found(context, 'a.py') == (1, [('a.py', 3, 'error', 'matmul-sizes'), ('a.py', 3, 'hint', 'unused-ignore')]), found(context, 'a.py'))
    context.write('trident.toml', '[severity]\nmatmul-sizes = "off"\nunused-ignore = "warning"\n')
    check(found(context, 'a.py') == (0, [('a.py', 3, 'warning', 'unused-ignore')]), found(context, 'a.py'))


def test_schema_names_what_is_read(context):
    schema = json.loads((ROOT / 'trident.schema.json').read_text())
    context.write('a.py', 'x = 1\n')

    def complaints(text):
        context.write('trident.toml', text)
        return [c for c in found(context, 'a.py')[1] if c[3] == 'configuration']

    sample = {'string': '"x"', 'boolean': 'true', 'array': '["x"]'}
    for key, kind in schema['properties'].items():
        if key in ('severity', 'hints', 'overrides', 'cache', 'compile'):
            continue
        value = f'"{kind["enum"][0]}"' if 'enum' in kind else sample[kind['type']]
        check(not complaints(f'{key} = {value}\n'), key)
        check(complaints(f'{key} = 3\n'), key)
    for key, kind in schema['properties']['cache']['properties'].items():
        # A server that is named is also asked: remote_cache_test.py does that.
        if key != 'remote':
            check(not complaints(f'[cache]\n{key} = { {**sample, "integer": "7"}[kind["type"]] }\n'), key)
        check(complaints(f'[cache]\n{key} = []\n') and f'`cache.{key}`' in (ROOT / 'docs/guide/configuration.md').read_text(), key)
    check(complaints('[cache]\nremote = "x"\n'), 'a URL without a scheme')
    for key, kind in schema['properties']['compile']['properties'].items():
        check(not complaints(f'[compile]\n{key} = { {**sample, "integer": "3"}[kind["type"]] }\n'), key)
        check(complaints(f'[compile]\n{key} = 4\n') and f'`compile.{key}`' in (ROOT / 'docs/guide/configuration.md').read_text(), key)
    check(complaints('[compile]\nfolder = "../x"\n') and complaints('[compile]\nfolder = "/x"\n'), 'nothing is written elsewhere')


def test_level_of_generated_code(context):
    context.write('small.py', cli_test.SMALL_MODEL)
    check('level 1.' in context.run('compile', 'small.py')[1], 'by itself')
    context.write('trident.toml', '[compile]\nlevel = 2\n')
    check('level 2.' in context.run('compile', 'small.py')[1], 'by the configuration')
    check('level 0.' in context.run('compile', '-O0', 'small.py')[1], 'as asked for')


def test_schema_names_what_is_chosen(context):
    schema = json.loads((ROOT / 'trident.schema.json').read_text())
    context.write('a.py', 'x = 1\n')

    def complaints(text):
        context.write('trident.toml', text)
        return [c for c in found(context, 'a.py')[1] if c[3] == 'configuration']

    for device in schema['properties']['device']['enum']:
        check(not complaints(f'device = "{device}"\n'), device)
    for hint in schema['definitions']['hints']['properties']:
        check(not complaints(f'[hints]\n{hint} = true\n'), hint)
    for level in schema['definitions']['severity']['additionalProperties']['enum']:
        check(not complaints(f'[severity]\nview-size = "{level}"\n'), level)
    code, out, err = context.run('profile', '--device', 'none', 'a.py')
    check(re.search('one of (.*), not', err).group(1).split(', ') == schema['properties']['device']['enum'], err)
    guide = (ROOT / 'docs/guide/configuration.md').read_text()
    check(all(f'`{key}' in guide for key in schema['properties']), 'docs/guide/configuration.md')


if __name__ == '__main__':
    sys.exit(cli_test.run_tests({name: test for name, test in globals().items() if name.startswith('test_')}))
