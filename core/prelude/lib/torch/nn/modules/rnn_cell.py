# Describes RNNCell, LSTMCell and GRUCell.
import torch
import torch.nn.functional as F
from torch.nn.modules.module import Module
from torch.nn.parameter import Parameter


class RNNCellBase(Module):
    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(torch.empty((rows, input_size), device=device, dtype=dtype))
        self.weight_hh = Parameter(torch.empty((rows, hidden_size), device=device, dtype=dtype))
        self.bias_ih = Parameter(torch.empty((rows,), device=device, dtype=dtype)) if bias else None
        self.bias_hh = Parameter(torch.empty((rows,), device=device, dtype=dtype)) if bias else None

    def reset_parameters(self):
        return None

    def _next(self, input, state):
        name = type(self).__name__
        if input.dim() not in (1, 2):
            raise ValueError(f'{name}: Expected input to be 1D or 2D, got {input.dim()}D instead')
        if state is not None:
            if state.dim() not in (1, 2):
                raise ValueError(f'{name}: Expected hidden to be 1D or 2D, got {state.dim()}D instead')
            if input.dim() != state.dim():
                raise RuntimeError(f'{name}: input is {input.dim()}D but hidden is {state.dim()}D')
            if input.dim() == 2 and state.size(0) != input.size(0):
                raise RuntimeError(f"Input batch size {input.size(0)} doesn't match hidden batch size {state.size(0)}")
        if input.size(-1) != self.input_size:
            raise RuntimeError(f'input has inconsistent input_size: got {input.size(-1)} expected {self.input_size}')
        if state is None:
            state = input.new_zeros(tuple(input.shape[:-1]) + (self.hidden_size,))
        elif state.size(-1) != self.hidden_size:
            raise RuntimeError(f'hidden has inconsistent hidden_size: got {state.size(-1)}, expected {self.hidden_size}')
        gates = F.linear(input, self.weight_ih, self.bias_ih) + F.linear(state, self.weight_hh, self.bias_hh)
        return torch.tanh(gates.narrow(-1, 0, self.hidden_size))


class RNNCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity='tanh', device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        if self.nonlinearity not in ('tanh', 'relu'):
            raise RuntimeError(f'Unknown nonlinearity: {self.nonlinearity}')
        return self._next(input, hx)


class GRUCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input, hx=None):
        return self._next(input, hx)


class LSTMCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        hidden = self._next(input, None if hx is None else hx[0])
        if hx is not None and hx[1].shape != hx[0].shape:
            raise RuntimeError(f'hidden and cell state differ: {hx[0].shape} and {hx[1].shape}')
        return hidden, torch.sigmoid(hidden)
