#!/usr/bin/env python3
"""Tests what `./dev bench` decides and writes: comparisons with a baseline, exit codes, the report.

    bench_test.py [TRIDENT [NAME…]]     the program is not used; words: only tests whose name has one of them
"""
import contextlib
import io
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests/e2e'), str(ROOT / 'benchmarks')]
import cli_test
import run
from cli_test import check, equal


def figure(name, value, unit, better='less'):
    return {'name': name, 'value': value, 'unit': unit, 'better': better}


def result(*figures):
    return {'machine': {'processor': 'a <fast> one', 'processors': 2, 'system': 'Linux', 'time': '2030-01-01T00:00:00Z'}, 'figures': list(figures)}


def verdicts(old, new):
    lines, worse = run.compare(result(*old), result(*new), run.THRESHOLDS)
    return [line.split()[0] for line in lines], worse


def test_counts_and_ratios_have_limits(context):
    old = [figure('a', 1000, 'count'), figure('b', 0.5, 'ratio'), figure('c', 1.0, 's')]
    equal(verdicts(old, [figure('a', 1010, 'count'), figure('b', 0.6, 'ratio'), figure('c', 9.0, 's')]), (['same', 'same'], False))
    equal(verdicts(old, [figure('a', 1030, 'count'), figure('b', 0.5, 'ratio')]), (['WORSE', 'same'], True))
    equal(verdicts(old, [figure('a', 900, 'count'), figure('b', 0.7, 'ratio')]), (['better', 'WORSE'], True))


def test_more_may_be_better(context):
    old = [figure('efficiency', 0.8, 'ratio', 'more')]
    equal(verdicts(old, [figure('efficiency', 0.5, 'ratio', 'more')]), (['WORSE'], True))
    equal(verdicts(old, [figure('efficiency', 1.2, 'ratio', 'more')]), (['better'], False))


def test_what_is_not_in_both_is_not_compared(context):
    equal(verdicts([figure('a', 1, 'count')], [figure('b', 9, 'count'), figure('a', 9, 'ratio')]), ([], False))
    equal(verdicts([figure('a', 0, 'count')], [figure('a', 0, 'count')]), (['same'], False))


@contextlib.contextmanager
def inside(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main_of(context, *arguments):
    """Exit code and output of run.py with one benchmark that records what the file "value" says."""
    (context.folder / 'fixed_bench.py').write_text(
        f'import os, sys\nsys.path.insert(0, {str(ROOT / "benchmarks")!r})\nfrom bench import record\n'
        'record("fixed/work", float(open("value").read()), "count")\n')
    here, arguments_before, out = run.HERE, sys.argv, io.StringIO()
    run.HERE, sys.argv = context.folder, ['run.py', *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), inside(context.folder):
            return run.main(), out.getvalue()
    finally:
        run.HERE, sys.argv = here, arguments_before


def test_a_regression_ends_with_1(context):
    base = str(context.folder / 'base.json')
    context.write('value', '100')
    code, out = main_of(context, '--save-baseline', base, 'fixed')
    check(code == 0 and json.loads(pathlib.Path(base).read_text())['figures'][0]['value'] == 100, out)
    equal(main_of(context, '--compare', base, 'fixed')[0], 0)
    context.write('value', '105')
    code, out = main_of(context, '--compare', base, 'fixed')
    check(code == 1 and 'WORSE' in out, out)
    equal(main_of(context, '--compare', base, '--limit-count', '0.1', 'fixed')[0], 0)
    equal(main_of(context, '--compare', 'none.json', 'fixed')[0], 2)
    equal(main_of(context, 'nothing')[0], 2)


def test_report(context):
    import report
    path = context.folder / 'out/report.md'
    old = result(figure('x/time', 0.5, 's'), figure('x/work', 2000, 'count'))
    report.write(path, result(figure('x/time', 0.25, 's'), figure('x/work', 1234567, 'count'), figure('y/speed', 3e8, 'B/s')), old)
    text = path.read_text()
    check('| x/time | 250 ms | 500 ms |' in text and '| x/work | 1,234,567 | 2,000 |' in text and '| y/speed | 300 MB/s |  |' in text, text)
    pictures = re.findall(r'\]\((.*?\.svg)\)', text)
    check(len(pictures) == 3, text)
    for picture in pictures:
        root = xml.etree.ElementTree.parse(path.parent / picture).getroot()
        check(root.tag.endswith('svg') and any(each.tag.endswith('rect') for each in root.iter()), picture)


if __name__ == '__main__':
    sys.exit(cli_test.run_tests({name: test for name, test in list(globals().items()) if name.startswith('test_')}))
