"""Compares core/prelude's torch.nn with the real one: state_dict names, shapes, order and the shapes of outputs.

Needs any torch with Python (Debian: python3-torch). Exit status 77 when there is none.
Usage: prelude_oracle.py [-v]
"""
import sys
import warnings

try:
    import torch
except ImportError:
    print('prelude_oracle: no torch here, skipped')
    sys.exit(77)

import prelude_host
from prelude_cases import BROKEN, CASES

warnings.simplefilter('ignore')
torch.set_num_threads(1)


def outline(value):
    if isinstance(value, torch.Tensor):
        return [str(value.dtype), list(value.shape)]
    if isinstance(value, (tuple, list)):
        return [outline(item) for item in value]
    return repr(value)


def portrait(module, namespace, call):
    """What the two libraries must agree on for one module."""
    facts = {
        'state': [(name, list(value.shape), str(value.dtype)) for name, value in module.state_dict().items()],
        'parameters': [name for name, _ in module.named_parameters()],
        'buffers': [name for name, _ in module.named_buffers()],
        'modules': [name for name, _ in module.named_modules()],
        'children': [name for name, _ in module.named_children()],
    }
    if call:
        facts['output'] = outline(eval(call, dict(namespace, m=module)))
    return facts


def check(real_names, prelude_names, build, call, mode):
    try:
        module = eval(build, real_names)
        wanted = portrait(module.train(mode), real_names, call)
    except AttributeError as error:
        if 'has no attribute' in str(error):
            return 'absent', str(error)
        raise
    try:
        got = portrait(eval(build, prelude_names).train(mode), prelude_names, call)
    except Exception as error:
        return 'failed', f'{type(error).__name__}: {error}'
    for part in wanted:
        if wanted[part] != got[part]:
            return 'differs', f'{part}: real {wanted[part]}, prelude {got[part]}'
    return 'equal', ''


def check_broken(real_names, prelude_names, build):
    errors = []
    for names in (real_names, prelude_names):
        try:
            eval(build, names)
            errors.append(None)
        except Exception as error:
            errors.append(type(error).__name__)
    if errors[0] is None:
        return 'absent', 'accepted by this torch'
    return ('equal', '') if errors[0] == errors[1] else ('differs', f'real {errors[0]}, prelude {errors[1]}')


def main():
    host = prelude_host.Host()
    # The inputs come from real torch in both worlds; only nn and torch's Python part differ.
    real_names = {'torch': torch, 'nn': torch.nn}
    prelude_names = {'torch': host.find('torch'), 'nn': host.find('torch.nn')}
    counts, failures = {}, []
    work = [(build, call, mode) for build, call in CASES for mode in (True, False)]
    for build, call, mode in work:
        verdict, why = check(real_names, prelude_names, build, call, mode)
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict in ('failed', 'differs'):
            failures.append(f'{build} (training={mode}): {why}')
    for build in BROKEN:
        verdict, why = check_broken(real_names, prelude_names, build)
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict in ('failed', 'differs'):
            failures.append(f'{build}: {why}')
    for failure in failures:
        print('FAIL', failure)
    print(f'{len(CASES)} modules in both modes and {len(BROKEN)} broken constructors against torch {torch.__version__}:',
          ', '.join(f'{count} {verdict}' for verdict, count in sorted(counts.items())))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
