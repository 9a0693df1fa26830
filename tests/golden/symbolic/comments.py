# Types in comments, from before Python had annotations; what only tensors have tells the rest.
import torch
from torch import nn


def boxes_of(boxes, sizes):
    # type: (list[Tensor], Tuple[int, int]) -> Tensor
    all_boxes = torch.cat(boxes)
    width = all_boxes[:, 2] - all_boxes[:, 0]
    # <- type: ?[?]
    return width


def clip(
    boxes,  # type: Tensor
    size,  # type: Tuple[int, int]
):
    x, y, z, w = boxes.unbind(1)
    # <- type: ?[N]
    return x.clamp(0, size[0])


def codes(rows):
    return rows[:, 0::4]
    #      ^ hover: ?[N, ?]


class Wave(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(80, 8)

    def forward(self, x, targets=None):
        if self.training and targets is None:
            raise ValueError("targets should not be None")
        row = x.squeeze(1)
        # <- type: f32[N, ?, ?]
        return self.project(row.transpose(1, 2))
