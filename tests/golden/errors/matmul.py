# Without the transpose the inner sizes differ.
import torch

q = torch.randn(4, 10, 64)
k = torch.randn(4, 12, 64)
good = q @ k.transpose(1, 2)
# <- type: f32[4, 10, 12]
bad = q @ k
#     ^ error: [matmul-sizes] "64"
