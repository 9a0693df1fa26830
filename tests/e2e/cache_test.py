#!/usr/bin/env python3
"""Results kept on disk, from outside: equal answers, quick restarts, damage of every kind, writers that are killed.

    cache_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

Needs Python 3.9 and nothing else. The last line is "N passed, N failed"; the exit code is 1 when any failed.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from protocol_context import check

LAYERS = """import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, WIDTH)

    def forward(self, x):
        return self.linear(x)
"""
MODEL = """import torch
from layers import Block

y = Block(8)(torch.zeros(2, 8))
z = y + torch.zeros(2, 8)
"""


class Context:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.cache = folder / 'cache'
        self.wrapper = ()  # Runs the program under this command.
        self.layers(8)
        self.write('model.py', MODEL)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def layers(self, width):
        self.write('layers.py', LAYERS.replace('WIDTH', str(width)))

    def start(self, *arguments):
        environment = {**os.environ, 'XDG_CACHE_HOME': str(self.cache), 'NO_COLOR': '1'}
        return subprocess.Popen([*self.wrapper, self.program, *arguments], cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def answer(self, *arguments):
        code, out, err = self.run('check', '--format', 'json', *arguments, 'model.py')
        check(code in (0, 1), (code, out, err))
        return json.loads(out), err

    def database(self):
        (file,) = (self.cache / 'trident').glob('*.mdb')
        return file

    def entries(self):
        code, out, err = self.run('cache', 'stats')
        check(code == 0, (code, out, err))
        return {line.split()[0]: int(line.split()[1]) for line in out.splitlines()[1:4]}


def test_a_kept_answer_is_the_same_answer(context):
    first, err = context.answer()
    check(not err, err)
    check(context.entries()['types'] == 1, context.entries())
    check(context.answer()[0] == first, first)
    check(context.answer('--no-cache')[0] == first, first)
    check(context.entries()['types'] == 1, context.entries())


def test_what_a_file_imports_is_part_of_the_key(context):
    good, _ = context.answer()
    check(not good['diagnostics'], good)
    context.layers(5)
    bad, _ = context.answer()
    check(len(bad['diagnostics']) == 1 and bad == context.answer('--no-cache')[0], bad)
    context.layers(8)
    check(context.answer()[0] == good, good)
    # A file that was not there before shadows what was found elsewhere.
    (context.folder / 'layers').mkdir()
    context.write('layers/__init__.py', 'from torch import nn\n\n\nclass Block(nn.Linear):\n    def __init__(self, width):\n        super().__init__(width, 3)\n')
    check(len(context.answer()[0]['diagnostics']) == 1, context.answer())


def test_generated_code_is_kept(context):
    model = 'import torch\nfrom layers import Block\n\nmodel = Block(8)\ny = model(torch.zeros(2, 8))\n'
    context.write('model.py', model)
    code, first, err = context.run('compile', '-O2', 'model.py')
    check(code == 0 and 'nn.Linear(8, 8)' in first and not err, (code, first, err))
    check(context.entries()['code'] == 1, context.entries())
    check(context.run('compile', '-O2', 'model.py')[1] == first and context.entries()['code'] == 1, context.entries())
    check(context.run('compile', '-O2', '--no-cache', 'model.py')[1] == first, first)
    # The level and what is imported are part of the key.
    context.run('compile', '-O1', 'model.py')
    context.layers(5)
    code, other, err = context.run('compile', '-O2', 'model.py')
    check('nn.Linear(8, 5)' in other and context.entries()['code'] == 3, (other, context.entries()))
    context.layers(8)
    check(context.run('compile', '-O2', 'model.py')[1] == first, first)


def test_another_checkout_finds_it(context):
    first, _ = context.answer()
    with tempfile.TemporaryDirectory() as elsewhere:
        there = Context(context.program, pathlib.Path(elsewhere).resolve())
        there.cache = context.cache
        moved, _ = there.answer()
        check(json.dumps(moved).replace(str(there.folder), str(context.folder)) == json.dumps(first), moved)
        check(context.entries()['types'] == 1, context.entries())


def test_commands(context):
    context.answer()
    code, out, err = context.run('cache', 'path')
    check(code == 0 and pathlib.Path(out.strip()) == context.database() and not err, (code, out, err))
    # The file has holes: what it takes of the disk is told, not how large it may become.
    code, out, err = context.run('cache', 'stats')
    check(code == 0 and re.search(r'\.mdb, \d+\.\d KiB$', out, re.M), (code, out, err))
    code, out, err = context.run('cache', 'gc')
    check(code == 0 and out == '0 entries dropped\n', (code, out, err))
    code, out, err = context.run('cache', 'clear')
    check(code == 0 and not out and not err and not list((context.cache / 'trident').glob('*')), (code, out, err))
    for words in (['cache'], ['cache', 'sweep']):
        code, out, err = context.run(*words)
        check(code == 2 and 'stats' in err, (code, out, err))


def test_damage_costs_time_only(context):
    truth, _ = context.answer('--no-cache')
    generator = random.Random(1)
    for damage in ('cut', 'empty', 'text', 'noise', 'header', 'folder'):
        context.answer()
        file = context.database()
        content = bytearray(file.read_bytes())
        if damage == 'cut':
            content = content[:len(content) // 2 - 100]
        elif damage == 'empty':
            content = b''
        elif damage == 'text':
            content = b'this is no database\n' * 1000
        elif damage in ('noise', 'header'):
            for _ in range(2000):
                content[generator.randrange(8192 if damage == 'header' else len(content))] = generator.randrange(256)
        if damage == 'folder':
            file.unlink()
            file.mkdir()
        else:
            file.write_bytes(content)
        for _ in range(3):
            answer, err = context.answer()
            check(answer == truth, (damage, answer))
            check(err.count('\n') <= 1, (damage, err))
        if damage == 'folder':
            check('cache' in err, err)
            file.rmdir()
            context.run('cache', 'clear')


def test_a_folder_that_cannot_be_made(context):
    truth, _ = context.answer('--no-cache')
    context.write('file', '')
    context.cache = context.folder / 'file'
    answer, err = context.answer()
    check(answer == truth and err.count('\n') == 1 and 'the cache is not used' in err, (answer, err))


def test_a_folder_that_cannot_be_written(context):
    truth, _ = context.answer('--no-cache')
    context.answer()
    folder = context.cache / 'trident'
    # Root may write anywhere: only a file system that is mounted so refuses it too.
    if os.geteuid() == 0:
        context.wrapper = ('unshare', '-m', 'sh', '-c', f'mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} && exec "$@"', 'sh')
        if subprocess.run([*context.wrapper, 'true'], stderr=subprocess.DEVNULL).returncode != 0:
            print('    not tried: this machine lets nobody mount')
            return
    else:
        for path in (context.database(), folder):
            path.chmod(path.stat().st_mode & ~0o222)
    for _ in range(2):
        answer, err = context.answer()
        check(answer == truth and err.count('\n') == 1 and 'the cache is not used' in err, (answer, err))
    folder.chmod(0o755)


def fill_the_disk(context, limits):
    """Checks many files where the disk takes no more: the answers are right, and at most one line says so."""
    names = [f'other{i}.py' for i in range(60)]
    for i, name in enumerate(names):
        context.write(name, MODEL + f'w = {i}\n' + f'v{i} = torch.zeros(2, 8) @ torch.zeros({7 + i % 2}, 3)\n' * 20)
    code, truth, err = context.run('check', '--format', 'json', '--no-cache', '.')
    said = 0
    for limit in limits:
        shutil.rmtree(context.cache, ignore_errors=True)
        context.cache.mkdir()
        context.limit(limit)
        for _ in range(2):
            code, out, err = context.run('check', '--format', 'json', '.')
            check(code == 1 and out == truth, (limit, code, err))
            check(err.count('\n') <= 1 and (not err or 'the cache' in err), (limit, err))
            said += bool(err)
        context.wrapper = ()
        # With room again the same file is used, or a new one.
        code, out, err = context.run('check', '--format', 'json', '.')
        check(code == 1 and out == truth and err.count('\n') <= 1, (limit, err))
    check(said > 0, 'the disk was never full')


def test_a_full_disk(context):
    def limit(size):
        context.wrapper = ('unshare', '-m', 'sh', '-c', f'mount -t tmpfs -o size={size}k none {context.cache} && exec "$@"', 'sh')
    context.limit = limit
    context.cache.mkdir()
    limit(64)
    if subprocess.run([*context.wrapper, 'true'], stderr=subprocess.DEVNULL).returncode != 0:
        print('    not tried: this machine lets nobody mount')
        context.wrapper = ()
        return
    context.wrapper = ()
    # From nothing to almost enough.
    fill_the_disk(context, (4, 16, 32, 64, 128, 256, 512))


def test_a_limit_for_files(context):
    def limit(size):
        context.wrapper = ('prlimit', f'--fsize={size * 1024}')
    context.limit = limit
    fill_the_disk(context, (4, 16, 32, 64, 128, 256, 512))


def test_killed_while_writing(context):
    """kill -9 at random moments of a writer while two more processes read; TRIDENT_KILLS says how often (20)."""
    kills = int(os.environ.get('TRIDENT_KILLS', 20))
    truth, _ = context.answer()
    names = [f'other{i}.py' for i in range(30)]

    def rewrite(number):
        # New content each time: what is known would not be written again.
        for i, name in enumerate(names):
            context.write(name, MODEL + f'w = torch.zeros({number}, {i + 1})\n')

    def seconds_of_writing(number):
        rewrite(number)
        start = time.monotonic()
        context.run('check', *names)
        return time.monotonic() - start

    whole = seconds_of_writing(10**6)
    generator = random.Random(2)
    cut = number = 0
    while cut < kills:
        number += 1
        check(number < 5 * kills, f'only {cut} of {number} writers were still there')
        rewrite(number)
        writer = context.start('check', *names)
        readers = [context.start('check', '--format', 'json', 'model.py') for _ in range(2)]
        time.sleep(generator.random() * whole)
        still_there = writer.poll() is None
        cut += still_there
        writer.kill()
        writer.communicate()
        for reader in readers:
            out, err = reader.communicate(timeout=60)
            check(reader.returncode == 0 and json.loads(out) == truth and not err, (reader.returncode, out, err))
        # The machine may have been busy when the time was taken.
        if not still_there: whole = min(whole, seconds_of_writing(10**6 + number))
        if number % 10 == 0:
            answers = [context.run('check', '--format', 'json', *words, *names) for words in ([], ['--no-cache'])]
            check(answers[0] == answers[1], answers)
            # What was written before the first kill was not lost.
            code, out, err = context.run('check', '--stats', 'model.py')
            check('1 found on disk' in err, err)
    print(f'    {cut} killed, {number - cut} done before')


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else 'build/trident').resolve()
    passed = failed = 0
    for name, test in list(globals().items()):
        if not name.startswith('test_') or (sys.argv[2:] and not any(word in name for word in sys.argv[2:])):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Context(program, pathlib.Path(folder).resolve()))
                passed += 1
            except Exception:
                failed += 1
                print(f'{name}:')
                traceback.print_exc(file=sys.stdout)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
