# einsum reads its equation: letters on the right in order, the others summed.
import torch

q = torch.zeros(2, 8, 10, 16)
k = torch.zeros(2, 8, 12, 16)
scores = torch.einsum("bhid,bhjd->bhij", q, k)
# <- type: f32[2, 8, 10, 12]
