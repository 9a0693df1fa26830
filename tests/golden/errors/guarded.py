# Nothing is said about a path that raises, or about one that is not taken.
import torch


def join(a, b, check=True):
    if check and a.shape != b.shape:
        raise ValueError("shapes differ")
    return a + b


x = join(torch.zeros(3), torch.zeros(3))
# <- type: f32[3]
try:
    y = join(torch.zeros(3), torch.zeros(4))
except ValueError:
    y = None
