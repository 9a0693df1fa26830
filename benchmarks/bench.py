"""What benchmarks share: running programs and measuring them, and writing down results that runs can be compared by.

A benchmark prints its lines for people and records figures. A figure is a count (exact, the same on every machine that
has the same inputs), a ratio (to a peer or a baseline measured in the same run), or seconds and bytes, which depend on
the machine and are kept for reading only. run.py collects the figures and compares them.
"""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SITE = pathlib.Path(os.environ.get('TRIDENT_SITE', ROOT / '.cache/site'))
PEERS = pathlib.Path(os.environ.get('TRIDENT_PEERS', ROOT / '.cache/bench'))
TRIDENT = str(ROOT / 'build/trident')
# A short form for CI: the benchmarks that count, and few repetitions.
SHORT = os.environ.get('TRIDENT_BENCH_SHORT') == '1'


def record(name, value, unit, better='less'):
    """unit: 'count', 'ratio', 's', 'B', 'B/s'. better: 'less' or 'more'."""
    path = os.environ.get('TRIDENT_BENCH_RESULTS')
    if path:
        with open(path, 'a') as out:
            out.write(json.dumps({'name': name, 'value': value, 'unit': unit, 'better': better}) + '\n')


class Run:
    def __init__(self, seconds, cpu_seconds, peak_bytes, code):
        self.seconds, self.cpu_seconds, self.peak_bytes, self.code = seconds, cpu_seconds, peak_bytes, code


def once(command, allowed=(0, 1), folder=None):
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if allowed is not None and code not in allowed:
        raise RuntimeError(f'{command[0]} ended with {code}: {" ".join(map(str, command))}')
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, code)


def repeat(command, runs, **options):
    """Median seconds, fastest seconds, highest peak."""
    measured = [once(command, **options) for _ in range(runs)]
    seconds = [run.seconds for run in measured]
    return statistics.median(seconds), min(seconds), max(run.peak_bytes for run in measured)


def check_command(*paths):
    """Without results kept on disk."""
    return [TRIDENT, 'check', '--no-cache', *(['--python-path', SITE] if SITE.is_dir() else []), *paths]


def model_file(folder, name, text):
    path = pathlib.Path(folder) / f'{name}.py'
    path.write_text(text)
    return path


# Inputs by size: (name, text). They are written to a folder of their own; the packages are read from SITE.
def inputs():
    found = [('small', (ROOT / 'examples/classifier.py').read_text()), ('medium', (ROOT / 'examples/resnet18.py').read_text())]
    if (SITE / 'timm').is_dir():
        found.append(('large', 'import timm\nimport torch\n\nmodel = timm.create_model("swin_base_patch4_window7_224")\n'
                               'y = model(torch.zeros(2, 3, 224, 224))\n'))
    return found


def instructions(command):
    """Instructions of one run, by valgrind; None without it. The program is stripped first: old versions do not read new debug data."""
    if not shutil.which('valgrind'):
        return None
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / 'program'
        subprocess.run(['strip', '-o', program, command[0]], check=True)
        done = subprocess.run(['valgrind', '--tool=callgrind', f'--callgrind-out-file={folder}/out', str(program), *map(str, command[1:])],
                              capture_output=True, text=True)
        match = re.search(r'Collected : (\d+)', done.stderr)
        return int(match.group(1)) if match else None


def milliseconds(seconds):
    return f'{1e3 * seconds:9.2f} ms'


def megabytes(count):
    return f'{count / 1e6:7.1f} MB'


def skip(why):
    print(f'skipped: {why}')
    sys.exit(0)
