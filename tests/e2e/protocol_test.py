#!/usr/bin/env python3
"""Drives `trident server` through dialogues: every method, every position encoding, malformed input, robustness.

    protocol_test.py [TRIDENT [NAME…]]     the program (build/trident), and words: only tests whose name has one of them

Needs Python 3.9 and nothing else. The last line is "N passed, N failed"; the exit code is 1 when any failed.
"""
import argparse
import os
import pathlib
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import protocol_dialogues
import protocol_encodings
import protocol_features
import protocol_kernels
import protocol_robustness


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('server', nargs='?', default=str(pathlib.Path(__file__).resolve().parents[2] / 'build' / 'trident'))
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    server = os.path.abspath(options.server)
    if not os.access(server, os.X_OK):
        print(f'{server} is not built')
        return 2
    passed, failed = 0, 0
    for module in (protocol_dialogues, protocol_encodings, protocol_features, protocol_kernels, protocol_robustness):
        for name, test in list(vars(module).items()):
            if not name.startswith('test_') or (options.names and not any(word in name for word in options.names)):
                continue
            started = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                clients = []
                try:
                    test(module.Context(server, pathlib.Path(folder).resolve(), clients))
                    passed += 1
                    print(f'ok    {name}  {time.monotonic() - started:.2f} s')
                except Exception as error:
                    failed += 1
                    print(f'FAIL  {name}: {error!r}')
                    traceback.print_exc(file=sys.stdout)
                finally:
                    for client in clients:
                        client.end()
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
