# Programs ask for the parameters, annotations and code of their functions and classes.
import inspect
import types
from contextvars import ContextVar
from typing import get_type_hints

import torch


def forward(self, x, use_cache=None, *, width: int = 4, **kwargs):
    hidden = x
    return hidden


a = torch.ones(forward.__code__.co_varnames.index('use_cache'), forward.__code__.co_argcount)
# <- type: f32[2, 3]
b = torch.ones(len(inspect.signature(forward).parameters), inspect.signature(forward).parameters['width'].annotation(3))
# <- type: f32[5, 3]


class Net:
    size: int
    config: dict = None


c = torch.ones(len(get_type_hints(Net)), get_type_hints(Net)['size'](5))
# <- type: f32[2, 5]
copied = types.FunctionType(forward.__code__, forward.__globals__, name='copied', argdefs=forward.__defaults__)
copied.__kwdefaults__ = forward.__kwdefaults__
d = copied(None, c)
# <- type: f32[2, 5]

active = ContextVar('active', default=3)
token = active.set(8)
e = torch.ones(active.get())
# <- type: f32[8]
active.reset(token)
f = torch.ones(active.get())
# <- type: f32[3]


def measured(x, scale):
    with torch.no_grad():
        y = x * scale
    return y


e = torch.ones(len(measured.__code__.co_varnames))
# <- type: f32[3]
