"""What a tensor holds decides a branch where that is known."""
import torch


def mask_of(padding):
    if padding is None or padding.all():
        return None
    return torch.zeros(padding.shape[0], 1)


whole = torch.ones((2, 64), dtype=torch.float32).to(dtype=torch.bool)
mask = mask_of(whole)
# <- no-type
if whole.sum() == whole.numel():
    x = torch.zeros(3)
    # <- type: f32[3]
else:
    x = torch.zeros(4)
parts = torch.div(9, 2, rounding_mode="trunc")
y = torch.zeros(4, parts + 1)
# <- type: f32[4, 5]
down = torch.div(torch.tensor([-7]), 2, rounding_mode="floor")
z = torch.zeros(down.item() + 8)
# <- type: f32[4]
