#!/usr/bin/env python3
"""Checks many files with one thread and with one for each core: how much of the cores the second uses.

Efficiency is the speed-up divided by the number of cores: 1 would be perfect. Every file is a model of its own that
imports torchvision; what it imports is shared. Then the same for every file of timm.
"""
import os
import pathlib
import statistics
import sys
import tempfile

from bench import SITE, check_command, milliseconds, once, record, skip

MODELS = ('resnet18', 'resnet50', 'densenet121', 'mobilenet_v3_large', 'efficientnet_b0', 'regnet_y_400mf', 'convnext_tiny', 'vgg16', 'googlenet',
          'squeezenet1_0', 'shufflenet_v2_x1_0', 'mnasnet1_0', 'swin_t', 'vit_b_16', 'alexnet', 'inception_v3')
RUNS = 5


def compare(name, what, command, runs):
    cores = len(os.sched_getaffinity(0))
    seconds = {}
    for threads in ('all', 'one'):
        os.environ.pop('TRIDENT_SYNC', None)
        if threads == 'one':
            os.environ['TRIDENT_SYNC'] = '1'
        seconds[threads] = statistics.median(once(command).seconds for _ in range(runs))
    os.environ.pop('TRIDENT_SYNC', None)
    times = seconds['one'] / seconds['all']
    record(f'parallel/{name}efficiency', times / cores, 'ratio', 'more')
    record(f'parallel/{name}one thread', seconds['one'], 's')
    print(f'{what}: one thread {milliseconds(seconds["one"]).strip()}, {cores} cores {milliseconds(seconds["all"]).strip()}, '
          f'{times:.2f} times as fast, efficiency {times / cores:.2f}', flush=True)


def main():
    if not (SITE / 'torchvision').is_dir():
        skip('no torchvision in .cache/site: ./dev setup')
    with tempfile.TemporaryDirectory() as folder:
        for name in MODELS:
            size = 299 if name == 'inception_v3' else 224
            (pathlib.Path(folder) / f'{name}.py').write_text(
                f'import torch\nfrom torchvision.models import {name}\n\ny = {name}()(torch.zeros(2, 3, {size}, {size}))\n')
        compare('', f'{len(MODELS)} files', check_command(folder), RUNS)
    if (SITE / 'timm').is_dir():
        compare('timm/', 'timm', check_command(SITE / 'timm'), 3)
    return 0


if __name__ == '__main__':
    sys.exit(main())
