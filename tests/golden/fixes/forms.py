# A transpose that was forgotten, a size that torch can work out.
import torch

q = torch.randn(4, 10, 64)
k = torch.randn(4, 12, 64)
scores = q @ k
#        ^ error: [matmul-sizes] "64"
#        ^ fix: Transpose `k`

x = torch.zeros(4, 6)
y = x.view(5, 6)
#   ^ error: [view-size] "24"
#   ^ fix: Let -1 stand for 5
