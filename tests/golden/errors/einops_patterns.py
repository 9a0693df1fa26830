# Patterns of einops that fit neither the tensor nor themselves.
import torch
from einops import einsum, rearrange, repeat
from einops.layers.torch import Rearrange

x = torch.zeros(2, 3, 32, 32)
patches = rearrange(x, 'b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=16, p2=16)
# <- type: f32[2, 4, 768]
a = rearrange(x, 'b c h -> b h c')
#   ^ error: [einops-pattern] "Wrong shape: expected 3 dims. Received 4-dim tensor."
b = Rearrange('b c (h p) w -> b c h p w', p=7)(x)
#   ^ error: [einops-pattern] "can't divide axis of length 32 in chunks of 7"
c = einsum(torch.zeros(2, 3), torch.zeros(4, 4), 'i j, j k -> i k')
#   ^ error: [einops-pattern] "Axis "j" of "i j, j k -> i k" has size 3 in one tensor and 4 in another"
d = repeat(x, 'b c h w -> b c h w k')
#   ^ error: [einops-pattern] "Specify sizes for new axes in repeat"
