# `B, T, C = x.shape` names the sizes.
from torch import nn


class Attention(nn.Module):
    def __init__(self, n_embd, n_head):
        super().__init__()
        self.n_head = n_head
        self.qkv = nn.Linear(n_embd, 3 * n_embd)
        self.proj = nn.Linear(n_embd, n_embd)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
#       ^ type: f32[B, T, n_embd]
        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
#       ^ type: f32[B, n_head, T, n_embd // n_head]
        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        scores = q @ k.transpose(-2, -1)
#       ^ type: f32[B, n_head, T, T]
        return scores
