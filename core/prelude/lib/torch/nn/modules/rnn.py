# Describes RNN, LSTM and GRU. A layer is two products over all steps: the steps themselves change no shape.
import torch
import torch.nn.functional as F
from torch.nn.modules.module import Module
from torch.nn.parameter import Parameter
from torch.nn.utils.rnn import PackedSequence


def apply_permutation(tensor, permutation, dim=1):
    return tensor.index_select(dim, permutation)


class RNNBase(Module):
    def __init__(self, mode, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False,
                 proj_size=0, device=None, dtype=None):
        super().__init__()
        if dropout < 0 or dropout > 1:
            raise ValueError('dropout should be a number in range [0, 1] representing the probability of an element being zeroed')
        if hidden_size <= 0:
            raise ValueError('hidden_size must be greater than zero')
        if num_layers <= 0:
            raise ValueError('num_layers must be greater than zero')
        if proj_size < 0:
            raise ValueError('proj_size should be a positive integer or zero to disable projections')
        if proj_size >= hidden_size:
            raise ValueError('proj_size has to be smaller than hidden_size')
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._gates = {'LSTM': 4, 'GRU': 3}.get(mode, 1)
        self._flat_weights_names = []
        self._all_weights = []
        directions = 2 if bidirectional else 1
        out_size = proj_size if proj_size > 0 else hidden_size
        rows = self._gates * hidden_size
        for layer in range(num_layers):
            width = input_size if layer == 0 else out_size * directions
            for suffix in ('', '_reverse')[:directions]:
                shapes = [('weight_ih', (rows, width)), ('weight_hh', (rows, out_size))]
                if bias:
                    shapes += [('bias_ih', (rows,)), ('bias_hh', (rows,))]
                if proj_size > 0:
                    shapes.append(('weight_hr', (proj_size, hidden_size)))
                names = []
                for name, shape in shapes:
                    full = f'{name}_l{layer}{suffix}'
                    names.append(full)
                    setattr(self, full, Parameter(torch.empty(shape, device=device, dtype=dtype)))
                self._flat_weights_names += names
                self._all_weights.append(names)

    @property
    def all_weights(self):
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    @property
    def _flat_weights(self):
        return [getattr(self, name) for name in self._flat_weights_names]

    def flatten_parameters(self):
        return None

    def reset_parameters(self):
        return None

    def get_expected_hidden_size(self, input, batch_sizes):
        batch = input.size(0 if self.batch_first else 1)
        return (self.num_layers * (2 if self.bidirectional else 1), batch, self.proj_size if self.proj_size > 0 else self.hidden_size)

    def permute_hidden(self, hx, permutation):
        return hx

    def _layer(self, x, layer, suffix):
        def weight(name):
            return getattr(self, f'{name}_l{layer}{suffix}')

        w_hh = weight('weight_hh')
        state = x.new_empty(tuple(x.shape[:-1]) + (w_hh.shape[1],))
        b_ih = weight('bias_ih') if self.bias else None
        b_hh = weight('bias_hh') if self.bias else None
        gates = F.linear(x, weight('weight_ih'), b_ih) + F.linear(state, w_hh, b_hh)
        step = gates.narrow(-1, 0, self.hidden_size)
        step = torch.relu(step) if self.mode == 'RNN_RELU' else torch.tanh(step)
        if self.proj_size > 0:
            step = F.linear(step, weight('weight_hr'))
        return step

    # x is [time, batch, features], or [steps, features] of a packed sequence.
    def _steps(self, x):
        for layer in range(self.num_layers):
            if self.bidirectional:
                x = torch.cat([self._layer(x, layer, ''), self._layer(x, layer, '_reverse')], -1)
            else:
                x = self._layer(x, layer, '')
            if self.dropout > 0 and self.training and layer + 1 < self.num_layers:
                x = F.dropout(x, self.dropout, True)
        return x

    def _check_state(self, state, expected):
        if tuple(state.shape) != expected:
            raise RuntimeError(f'Expected hidden size {expected}, got {list(state.shape)}')

    def _run(self, input, states, sizes):
        name = type(self).__name__
        if isinstance(input, PackedSequence):
            batch = input.batch_size()
            output = PackedSequence(self._steps(input.data), input.batch_sizes, input.sorted_indices, input.unsorted_indices)
            output.padded = input.padded
            return output, [input.data.new_empty((self._rows(), batch, size)) for size in sizes]
        if input.dim() != 2 and input.dim() != 3:
            raise ValueError(f'{name}: Expected input to be 2D or 3D, got {input.dim()}D instead')
        if input.size(-1) != self.input_size:
            raise RuntimeError(f'input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.size(-1)}')
        batched = input.dim() == 3
        if states is not None:
            for state in states:
                if batched and state.dim() != 3:
                    raise RuntimeError(f'For batched 3-D input, hx should also be 3-D but got {state.dim()}-D tensor')
                if not batched and state.dim() != 2:
                    raise RuntimeError(f'For unbatched 2-D input, hx should also be 2-D but got {state.dim()}-D tensor')
        x = input if batched else input.unsqueeze(1)
        if batched and self.batch_first:
            x = x.transpose(0, 1)
        batch = x.size(1)
        if states is not None:
            for state, size in zip(states, sizes):
                self._check_state(state if batched else state.unsqueeze(1), (self._rows(), batch, size))
        output = self._steps(x)
        if batched and self.batch_first:
            output = output.transpose(0, 1)
        if not batched:
            output = output.squeeze(1)
        lead = (self._rows(), batch) if batched else (self._rows(),)
        return output, [x.new_empty(lead + (size,)) for size in sizes]

    def _rows(self):
        return self.num_layers * (2 if self.bidirectional else 1)


class RNN(RNNBase):
    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity='tanh', bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, device=None, dtype=None):
        if nonlinearity not in ('tanh', 'relu'):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__('RNN_TANH' if nonlinearity == 'tanh' else 'RNN_RELU', input_size, hidden_size, num_layers, bias, batch_first, dropout,
                         bidirectional, 0, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        output, states = self._run(input, None if hx is None else [hx], [self.hidden_size])
        return output, states[0]


class GRU(RNNBase):
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, device=None,
                 dtype=None):
        super().__init__('GRU', input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)

    def forward(self, input, hx=None):
        output, states = self._run(input, None if hx is None else [hx], [self.hidden_size])
        return output, states[0]


class LSTM(RNNBase):
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, proj_size=0,
                 device=None, dtype=None):
        super().__init__('LSTM', input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, device, dtype)

    def forward(self, input, hx=None):
        out_size = self.proj_size if self.proj_size > 0 else self.hidden_size
        output, states = self._run(input, hx, [out_size, self.hidden_size])
        return output, (states[0], states[1])
