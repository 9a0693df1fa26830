# Methods whose only positional parameter is a list of ints take the ints themselves; functions do not.
import torch

x = torch.zeros(2, 3)
a = x.broadcast_to(4, 2, 3)
# <- type: f32[4, 2, 3]
b = x.count_nonzero(0, 1)
# <- type: i64[]
c = torch.Tensor(int('2'), 3)
# <- type: f32[2, 3]
d = torch.broadcast_to(x, 2, 3)
#   ^ error: [too-many-arguments] "broadcast_to() takes 2 arguments, 3 are given"
