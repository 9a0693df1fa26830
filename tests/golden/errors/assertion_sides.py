# An assertion without a message of its own shows what it compared.
import torch


def rotate(x, freqs):
    assert freqs.shape == (x.shape[1], x.shape[-1])
#          ^ error: [assertion] "assertion fails: torch.Size([3, 32]) == (3, 4)"
    return x * freqs


rotate(torch.zeros(2, 3, 4), torch.zeros(3, 32))
