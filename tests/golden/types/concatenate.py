# cat adds along one dim, stack makes a new one, chunk and split take it apart.
import torch

a = torch.zeros(2, 3)
b = torch.zeros(2, 5)
c = torch.cat([a, b], dim=1)
# <- type: f32[2, 8]
d = torch.stack((a, a, a))
# <- type: f32[3, 2, 3]
left, right = c.chunk(2, dim=-1)
# <- type: f32[2, 4]
#     ^ type: f32[2, 4]
first, second = torch.split(c, [3, 5], dim=1)
# <- type: f32[2, 3]
#      ^ type: f32[2, 5]
