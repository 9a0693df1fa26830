# Describes torch.autograd: derivatives have the shapes of what they are taken by.
import _trident
import torch
from torch._context import Context
from torch.autograd.function import Function
from torch.autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled

detect_anomaly = Context
set_detect_anomaly = Context


def Variable(data, requires_grad=False, volatile=False):
    return data


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None):
    return None


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True, allow_unused=None, is_grads_batched=False,
         materialize_grads=False):
    if isinstance(inputs, torch.Tensor):
        return (torch.empty_like(inputs),)
    return tuple([torch.empty_like(item) for item in inputs])


def gradcheck(*args, **kwargs):
    return True
