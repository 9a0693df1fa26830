#!/usr/bin/env python3
"""Imports a synthetic trace of 1 GB (TRIDENT_TRACE_BYTES) and exits 1 below 300 MB/s or above 200 MB of memory.

The trace is made as torch.profiler writes it (synthetic_trace.py). Peer: reading the same file without looking at it.
"""
import os
import pathlib
import sys
import tempfile
import time

import synthetic_trace
from bench import TRIDENT, megabytes, once, record

BYTES = float(os.environ.get('TRIDENT_TRACE_BYTES', 1e9))
LEAST_SPEED, MOST_MEMORY, RUNS = 300e6, 200e6, 3


def read(path):
    start = time.perf_counter()
    with open(path, 'rb', buffering=0) as file:
        while file.read(1 << 20):
            pass
    return time.perf_counter() - start


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'trace.json'
        steps = synthetic_trace.write(path, BYTES)
        size = path.stat().st_size
        runs = [once([TRIDENT, 'profile', '--import', path], folder=folder) for _ in range(RUNS)]
        seconds, peak = min(run.seconds for run in runs), max(run.peak_bytes for run in runs)
        peer = min(read(path) for _ in range(RUNS))
    print(f'{size / 1e6:.0f} MB, {steps} steps: imported at {size / seconds / 1e6:.0f} MB/s (best of {RUNS}), peak {megabytes(peak).strip()}; '
          f'reading alone takes {peer / seconds:.2f} of that time')
    record('trace/speed', size / seconds, 'B/s', 'more')
    record('trace/import to reading', seconds / peer, 'ratio')
    record('trace/peak', peak, 'B')
    return int(size / seconds < LEAST_SPEED or peak > MOST_MEMORY)


if __name__ == '__main__':
    sys.exit(main())
