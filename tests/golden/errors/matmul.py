# Without the transpose the inner sizes differ.
import torch

q = torch.randn(4, 10, 64)
k = torch.randn(4, 12, 64)
good = q @ k.transpose(1, 2)
# <- type: f32[4, 10, 12]
bad = q @ k
#     ^ error: [matmul-sizes] "64"


class Contract(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(4, 5))

    def forward(self, x):
        return torch.tensordot(x, self.weight, dims=([-1], [0]))


number = torch.tensordot(torch.tensor(1.0), torch.ones(3), dims=([0], [0]))
#        ^ error: [argument-value] "tensordot() cannot contract a dim of f32[], which has none"
