#!/usr/bin/env python3
"""Writes a trace as torch.profiler exports it, of any size: synthetic_trace.py OUT BYTES.

The run is of a model whose three blocks are `x + self.b(torch.relu(self.a(x)))` with linear layers (the model of
tests/e2e/profile_test.py): Python functions, modules, operators and kernels, with names as long as PyTorch's own.
"""
import sys

KERNELS = {
    'addmm': 'ampere_sgemm_64x32_sliced1x4_tn',
    'relu': 'void at::native::vectorized_elementwise_kernel<4, at::native::(anonymous namespace)::launch_clamp_scalar(at::TensorIteratorBase&, '
            'c10::Scalar, c10::Scalar, at::native::detail::ClampLimits)::{lambda()#1}::operator()() const::{lambda()#7}>(int, at::detail::Array<char*, 2>)',
    'add': 'void at::native::vectorized_elementwise_kernel<4, at::native::CUDAFunctor_add<float>, at::detail::Array<char*, 3> >(int, \\"add\\")',
}
MICROSECONDS = {'addmm': 40.0, 'relu': 10.0, 'add': 5.0}


class Trace:
    def __init__(self, out):
        self.out, self.now, self.external, self.kernels, self.first = out, 1000.0, 0, [], True

    def write(self, text):
        self.out.write(('  ' if self.first else ',\n  ') + text)
        self.first = False

    def event(self, category, name, start, duration, thread, arguments):
        self.write('{\n    "ph": "X", "cat": "%s", "name": "%s", "pid": 7, "tid": %s,\n    "ts": %.3f, "dur": %.3f,\n    "args": {\n      %s\n    }\n  }'
                   % (category, name, thread, start, duration, arguments))

    def function(self, name, duration):
        self.event('python_function', name, self.now, duration, 7, '"Python id": 1, "Python parent id": 0, "Ev Idx": 3')

    def op(self, name, kernel, duration, inner=None):
        self.external += 1
        self.event('cpu_op', name, self.now, duration, 7, '"External id": %d,"Record function id": 0, "Ev Idx": %d' % (self.external, self.external))
        if inner:
            self.now += 1
            self.op(inner, kernel, duration - 2)
            self.now -= 1
        elif kernel:
            self.kernels.append((self.external, kernel))

    def linear(self, index):
        self.function(f'nn.Module: Linear_{index}', 14)
        self.now += 1
        self.function('torch/nn/modules/linear.py(124): forward', 12)
        self.now += 1
        self.op('aten::linear', 'addmm', 10, 'aten::addmm')
        self.now += 14

    def step(self):
        self.function('net.py(25): <module>', 200)
        self.function('nn.Module: Net_0', 190)
        self.function('net.py(21): forward', 190)
        self.function('nn.Module: Sequential_0', 150)
        for block in range(3):
            self.function(f'nn.Module: Block_{block}', 45)
            self.function('torch/nn/modules/module.py(1751): _wrapped_call_impl', 45)
            self.function('net.py(11): forward', 45)
            self.linear(2 * block)
            self.function('<built-in method relu of type object at 0x7f5d>', 4)
            self.op('aten::relu', 'relu', 4, 'aten::clamp_min')
            self.now += 5
            self.linear(2 * block + 1)
            self.op('aten::add', 'add', 3)
            self.now += 4
        self.now += 8
        self.linear(6)
        self.now += 60

    def flush_kernels(self):
        for external, kernel in self.kernels:
            self.event('kernel', KERNELS[kernel], self.now, MICROSECONDS[kernel], 7,
                       '"External id": %d, "queued": 0, "device": 0, "context": 1, "stream": 7, "correlation": %d, "registers per thread": 32, '
                       '"shared memory": 0, "blocks per SM": 0.037, "warps per SM": 0.148, "grid": [2, 2, 1], "block": [128, 1, 1]' % (external, external))
        self.kernels = []


def write(path, size):
    """Returns the number of steps; the file is a little larger than `size`."""
    steps = 0
    with open(path, 'w', buffering=1 << 20) as out:
        out.write('{\n  "schemaVersion": 1,\n  "deviceProperties": [{"id": 0, "name": "NVIDIA A100-SXM4-80GB"}],\n  "with_stack": 1,\n'
                  '  "traceEvents": [\n')
        trace = Trace(out)
        while steps == 0 or out.tell() < size:
            for _ in range(1 if size < 1 << 20 else 64):
                trace.step()
                steps += 1
            trace.flush_kernels()
        out.write('\n  ],\n  "traceName": "trace.json"\n}\n')
    return steps


if __name__ == '__main__':
    print(write(sys.argv[1], int(float(sys.argv[2]))), 'steps')
