# An embedding appends its width to the shape of the ids; attention keeps it.
import torch
from torch import nn


class Tokens(nn.Module):
    def __init__(self, vocabulary: int = 1000, width: int = 32):
        super().__init__()
        self.table = nn.Embedding(vocabulary, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.table(ids)
#       ^ type: f32[2, 9, 32]
        x = self.norm(x)
#       ^ type: f32[2, 9, 32]
        scores = x @ x.transpose(-2, -1)
#       ^ type: f32[2, 9, 9]
        weights = scores.softmax(-1)
#       ^ type: f32[2, 9, 9]
        return weights @ x
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


out = Tokens()(torch.randint(0, 1000, (2, 9)))
