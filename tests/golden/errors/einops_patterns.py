# Patterns of einops that fit neither the tensor nor themselves.
import torch
from einops import einsum, rearrange, repeat
from einops.layers.torch import Rearrange

x = torch.zeros(2, 3, 32, 32)
patches = rearrange(x, 'b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=16, p2=16)
# <- type: f32[2, 4, 768]
a = rearrange(x, 'b c h -> b h c')
#   ^ error: [einops-pattern] ""b c h -> b h c" takes 3 dims, its input has 4"
b = Rearrange('b c (h p) w -> b c h p w', p=7)(x)
#   ^ error: [einops-pattern] "splits dim 2 in chunks of 7, which do not divide its size 32"
c = einsum(torch.zeros(2, 3), torch.zeros(4, 4), 'i j, j k -> i k')
#   ^ error: [einops-pattern] "Axis "j" of "i j, j k -> i k" has size 3 in one tensor and 4 in another"
d = repeat(x, 'b c h w -> b c h w k')
#   ^ error: [einops-pattern] "Specify sizes for new axes in repeat"
