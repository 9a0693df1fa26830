# The message of an assertion is what it says.
import torch


def split(x, heads):
    assert x.shape[-1] % heads == 0, f"{x.shape[-1]} is no multiple of {heads}"
#          ^ error: [assertion] "10 is no multiple of 4"
    return x.view(2, heads, -1)


split(torch.zeros(2, 10), 4)
