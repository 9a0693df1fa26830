#!/usr/bin/env python3
"""Gives the `trident` program what nobody means to give it: options that contradict, full disks, files that cannot be read.

    odd_input_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

Needs Python 3.9. What needs another user than root, or /dev/full, is left out where there is none.
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cli_test
from cli_test import FIXED, MODEL, SMALL_MODEL, Skipped, check, equal

# What the kernel refuses to root as well: more than so many bytes in one file.
LIMIT = 'ulimit -f 1; exec "$@"'


def limited(context, *arguments):
    """The program with files of at most 1 KiB, as on a disk that is full after that."""
    answer = subprocess.run(['bash', '-c', LIMIT, 'bash', context.program, *arguments], capture_output=True, cwd=context.folder, timeout=60,
                            env={**cli_test.PLAIN, 'XDG_CACHE_HOME': str(context.folder / 'cache')})
    return answer.returncode, answer.stdout.decode(), answer.stderr.decode()


# --- options
def test_options_that_contradict(context):
    context.write('clean.py', FIXED)
    for words, hint in ((['check', '--bindings'], '`--bindings` needs `--format json`'), (['check', '--bindings', '--format', 'sarif'], '--format json'),
                        (['check', '--types', '--format', 'json'], '`--types` is of `--format text`'),
                        (['check', '--dump', 'tree', '--at', '1:1', 'clean.py'], '`--dump` and `--at` exclude each other'),
                        (['check', '--watch', '--show-gaps'], 'exclude each other'), (['check', '--no-cache', '--remote-cache', 'http://127.0.0.1:1'], 'exclude'),
                        (['profile', '--store', 'x'], '`--store` needs `--import`'), (['profile', '--stages', 'x'], '`--stages` needs `--kernels`'),
                        (['profile', '--kernels', '--html', 'x', 'clean.py'], 'exclude each other'), (['profile', '--rows', '-1'], '--rows'),
                        (['profile', '--kernels'], 'FILE'), (['server', '--stdio', '--port', '1'], 'exclude each other'),
                        (['check', '--jobs', '-1'], '--jobs')):
        code, out, err = context.run(*words)
        check(code == 2 and not out and err.count('\n') == 1 and hint in err, (words, code, out, err))
    equal(context.run('check', '--bindings', '--format', 'json')[0], 0)
    equal(context.run('check', '--jobs', '999')[0], 0)


def test_folders_that_are_not_there(context):
    context.write('clean.py', SMALL_MODEL)
    for command in ('check', 'profile', 'compile'):
        for option in ('--python', '--python-path'):
            code, out, err = context.run(command, option, 'none', 'clean.py')
            check(code == 2 and not out and f'{option} none: no such folder' in err, (command, option, code, out, err))


def test_help_of_a_command(context):
    equal(context.run('help', 'check'), context.run('check', '--help'))


# --- files
def test_one_missing_path_of_many(context):
    context.write('model.py', MODEL)
    (context.folder / 'empty').mkdir()
    code, out, err = context.run('check', 'none.py', 'empty', 'model.py')
    check(code == 2 and '1 error' in out and 'none.py: no such file' in err and 'empty: no Python files' in err, (code, out, err))
    code, out, err = context.run('check', '--dump', 'tokens', 'none.py', 'model.py')
    check(code == 2 and out and 'none.py' in err, (code, out, err))
    equal(context.run('profile', 'none.py', 'model.py')[0], 2)


def test_a_folder_that_may_not_be_read(context):
    if os.geteuid() == 0 and subprocess.run(['setpriv', '--version'], capture_output=True).returncode != 0:
        raise Skipped('root may read everything, and setpriv (util-linux) is not here')
    context.write('src/model.py', MODEL)
    context.write('src/secret/model.py', MODEL)
    (context.folder / 'src/secret').chmod(0)
    command = [context.program, 'check', '--no-cache', 'src']
    if os.geteuid() == 0:
        context.folder.chmod(0o755)
        command = ['setpriv', '--reuid=65534', '--clear-groups', *command]
        if subprocess.run([*command[:4], '--version'], capture_output=True).returncode != 0:
            raise Skipped(f'only root may run {context.program}')
    try:
        answer = subprocess.run(command, capture_output=True, cwd=context.folder, text=True, env=cli_test.PLAIN)
        check(answer.returncode == 2 and '1 error' in answer.stdout and 'src/secret: cannot be read: Permission denied' in answer.stderr, answer)
    finally:
        (context.folder / 'src/secret').chmod(0o755)


def test_other_encodings_are_named(context):
    for encoding in ('utf-16', 'utf-16-le', 'utf-16-be', 'utf-32'):
        context.write('wide.py', b''.join([{'utf-16-le': b'\xff\xfe', 'utf-16-be': b'\xfe\xff'}.get(encoding, b''), FIXED.encode(encoding)]))
        code, out, err = context.run('check', 'wide.py')
        check(code == 2 and not out and err == f'trident: wide.py: is {encoding.upper()[:6]} text; save the file as UTF-8\n', (encoding, err))


def test_a_configuration_that_cannot_be_read(context):
    context.write('clean.py', FIXED)
    for text, words in ((b'\xff\xfe', 'UTF-16'), (b'device = "\xff"', 'not UTF-8')):
        context.write('trident.toml', text)
        code, out, err = context.run('check', '--format', 'concise', 'clean.py')
        check(code == 1 and out.startswith('trident.toml:1:1: error: ') and words in out and '[configuration]' in out, (text, code, out, err))


def test_a_file_that_takes_too_much_work(context):
    context.write('huge.py', 'import torch\nx = torch.zeros(2, 3)\n' + ''.join(f'y{i} = x + {i}\n' for i in range(200_000)) + 'z = x @ x\n')
    code, out, err = context.run('check', '--format', 'concise', 'huge.py')
    check(code == 0 and out.count('\n') == 1 and ': info: the analysis of the file ends here' in out and '[analysis-ended]' in out, (code, out[:300], err))

    # Equal calls are copied, not made again: the graph doubles with each level.
    context.write('deep.py', 'import torch\nfrom torch import nn\n\n\nclass Twice(nn.Module):\n    def __init__(self, depth):\n        super().__init__()\n'
                  '        self.inner = Twice(depth - 1) if depth > 0 else nn.ReLU()\n\n    def forward(self, x):\n'
                  '        return self.inner(x) + self.inner(x)\n\n\ny = Twice(40)(torch.zeros(3))\nz = 1\n')
    code, out, err = context.run('check', '--format', 'concise', 'deep.py')
    check(code == 0 and '[analysis-ended]' in out, (code, out[:300], err))


# --- where output goes
def test_output_that_cannot_be_written(context):
    if not os.path.exists('/dev/full'):
        raise Skipped('there is no /dev/full')
    context.write('model.py', SMALL_MODEL)
    for words in (['check', 'model.py'], ['check', '--format', 'json', 'model.py'], ['check', '--dump', 'tree', 'model.py'], ['compile', 'model.py'],
                  ['profile', 'model.py'], ['explain', '--list'], ['--help']):
        with open('/dev/full', 'wb') as full:
            answer = subprocess.run([context.program, *words], stdout=full, stderr=subprocess.PIPE, cwd=context.folder, text=True, env=cli_test.PLAIN)
        check(answer.returncode == 2 and answer.stderr == 'trident: standard output: cannot be written: No space left on device\n', (words, answer))


def test_closed_streams(context):
    context.write('model.py', MODEL)
    environment = {**cli_test.PLAIN, 'XDG_CACHE_HOME': str(context.folder / 'cache')}
    for redirect, code in (('>&-', 2), ('<&-', 1), ('2>&-', 1), ('<&- >&- 2>&-', 2)):
        answer = subprocess.run(['bash', '-c', f'exec "$@" {redirect}', 'bash', context.program, 'check', 'model.py'], capture_output=True,
                                cwd=context.folder, env=environment)
        check(answer.returncode == code, (redirect, answer))
    # Nothing of the output landed in the cache's file, which would have been the next one to be opened.
    code, out, err = context.run('check', '--stats', 'model.py', environment=environment)
    check(code == 1 and err.count('\n') == 1 and '1 found on disk' in err, (code, out, err))


def test_files_are_written_whole_or_not_at_all(context):
    context.write('model.py', SMALL_MODEL + ''.join(f'torch.zeros(2, 3) @ torch.zeros(2, {i})\n' for i in range(40)))
    context.write('small.py', SMALL_MODEL)
    context.write('wide.py', 'import torch\nfrom torch import nn\nnet = nn.Sequential(*[nn.Linear(i + 1, i + 2) for i in range(60)])\nnet(torch.zeros(2, 1))\n')
    context.write('known.txt', 'what was there before\n')
    context.write('page.html', 'what was there before\n')
    for words in (['check', '--write-baseline', 'known.txt', 'model.py'], ['profile', '--html', 'page.html', 'small.py'],
                  ['profile', '--trace', 'trace.json', 'small.py'], ['compile', '-o', 'fast.py', 'wide.py']):
        before = sorted(os.listdir(context.folder))
        code, out, err = limited(context, *words)
        check(code == 2 and 'cannot be written: File too large' in err, (words, code, out, err))
        after = [name for name in sorted(os.listdir(context.folder)) if name != 'cache']
        equal(after, [name for name in before if name != 'cache'], 'no file is left behind')
    for name in ('known.txt', 'page.html'):
        equal((context.folder / name).read_text(), 'what was there before\n')
    # A link stays one, and a file keeps who may read it.
    (context.folder / 'known.txt').chmod(0o600)
    os.symlink('known.txt', context.folder / 'link.txt')
    equal(context.run('check', '--write-baseline', 'link.txt', 'model.py')[0], 0)
    check((context.folder / 'link.txt').is_symlink() and 'matmul-sizes' in (context.folder / 'known.txt').read_text(), 'through the link')
    equal((context.folder / 'known.txt').stat().st_mode & 0o777, 0o600)
    equal(context.run('profile', '--html', '/dev/null', 'small.py')[0], 0)


# --- models and their inputs
def test_compile_with_inputs_that_do_not_fit(context):
    context.write('small.py', SMALL_MODEL)
    for inputs, words in ((['y=f32[4,3,8,8]'], "with these inputs: "), (['x=f32[4,5,8,8]'], 'channels'),
                          (['x=f32[4,3,8,8]', 'x=f32[4,3,8,8]'], '--input gives `x` twice')):
        code, out, err = context.run('compile', 'small.py:Small', *[word for text in inputs for word in ('--input', text)])
        check(code == 2 and not out and words in err and err.count('\n') == 1, (inputs, code, out, err))
    code, out, err = context.run('compile', 'small.py:Large')
    check(code == 2 and not out and 'no model `Large` is called in the file' in err and '--input' in err, (code, out, err))
    (context.folder / 'made').mkdir()
    code, out, err = context.run('compile', 'small.py', '-o', 'made')
    check(code == 2 and err == 'trident: made is a folder\n', (code, out, err))
    code, out, err = context.run('compile', 'none.py')
    equal((code, err), (2, 'trident: none.py: no such file\n'))
    code, out, err = context.run('profile', '--kernels', 'none.py')
    check(code == 2 and 'none.py: no such file' in err, (code, out, err))
    context.write('wrong.py', SMALL_MODEL.replace('torch.zeros(2, 3', 'torch.zeros(2, 4').replace('torch.randn(2, 3', 'torch.randn(2, 4'))
    code, out, err = context.run('compile', 'wrong.py')
    check(code == 2 and 'no code for Small: ' in err and 'channels' in err and 'wrong.py:' in err, (code, out, err))


if __name__ == '__main__':
    sys.exit(cli_test.run_tests({name: test for name, test in list(globals().items()) if name.startswith('test_')}))
