#!/usr/bin/env python3
"""What Trident says training keeps for the way back must be what autograd keeps.

  memory_oracle.py TRIDENT [NAME…]

Builds models of torchvision (eleven small ones unless named) under the PyTorch at hand, adds up the storages that
autograd saves in a forward, without parameters, buffers and the input, and compares with `saved_bytes` of
`trident profile --format json`. Wrong: more than 2 % away. 77 without torch or torchvision.
"""
import json
import os
import subprocess
import sys
import tempfile

# Not there: dropout, whose mask a CPU keeps as numbers; attention, which PyTorch before 2.0 took apart and whose strided operands are copied.
NAMES = ['densenet121', 'efficientnet_b0', 'mnasnet1_0', 'mobilenet_v2', 'mobilenet_v3_small', 'regnet_y_400mf', 'resnet18', 'resnet50',
         'shufflenet_v2_x1_0', 'squeezenet1_1', 'vgg11_bn']
FURTHEST = 0.02


def kept_by_autograd(model, x):
    import torch
    own = {tensor.storage().data_ptr() for tensor in [*model.parameters(), *model.buffers(), x]}
    storages, alive = {}, []

    def pack(tensor):
        if tensor.storage().data_ptr() not in own:
            storages[tensor.storage().data_ptr()] = tensor.storage().nbytes()
        alive.append(tensor)  # A storage that is freed gives its address to another.
        return tensor
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(x)
    return sum(storages.values())


def kept_by_trident(trident, site, name):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'model.py')
        with open(path, 'w') as file:
            file.write(f'import torch\nimport torchvision\nmodel = torchvision.models.{name}()\nx = torch.randn(2, 3, 96, 96)\nout = model(x)\n')
        run = subprocess.run([trident, 'profile', '--format', 'json', '--python-path', site, path], capture_output=True, text=True)
    return json.loads(run.stdout)['costs'][-1]['saved_bytes']


def main():
    try:
        import torch
        import torchvision
    except ImportError:
        print('needs torch and torchvision: ./dev setup --oracle')
        return 77
    torch.set_num_threads(1)
    site, wrong = os.path.dirname(os.path.dirname(torchvision.__file__)), []
    names = sys.argv[2:] or NAMES
    for name in names:
        kwargs = {'init_weights': False} if name in ('googlenet', 'inception_v3') else {}
        expected = kept_by_autograd(getattr(torchvision.models, name)(**kwargs), torch.randn(2, 3, 96, 96))
        got = kept_by_trident(sys.argv[1], site, name)
        if abs(got / expected - 1) > FURTHEST:
            wrong.append(f'{name}: {got / 1e6:.2f} MB instead of {expected / 1e6:.2f}')
    print('\n'.join(wrong))
    print(f'{len(names)} models, what is kept for the way back is within {FURTHEST:.0%} on {len(names) - len(wrong)}')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
