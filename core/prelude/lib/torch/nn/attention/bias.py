# Describes torch.nn.attention.bias: a causal bias is a square or rectangular mask.
import torch


def causal_upper_left(*size):
    return torch.empty(size)


def causal_lower_right(*size):
    return torch.empty(size)
