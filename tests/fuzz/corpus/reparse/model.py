# A model.
import torch; from torch import nn

SIZE = 4  # units


@torch.no_grad()
def helper(x, *, scale=1.5):
    """Scales."""
    return f"none {scale!r:>{SIZE}}" if x is None else x * scale


class Model(nn.Module):
    """Says nothing."""

    def __init__(self, width: int = 64) -> None:
        self.layers = nn.ModuleList([
            nn.Linear(width, width),  # first
        ])

    def forward(self, x):
        match x:
            case Model(width=3):
                return x
        return self.layers[0](x)


text = """several
lines"""
last = helper(3)
