import torch
from torch import nn


class Attend(nn.Module):
    def __init__(self, width, heads=4):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def split(self, x):
        b, n, c = x.shape
        return x.reshape(b, n, self.heads, c // self.heads).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k, v = self.split(q), self.split(k), self.split(v)
        w = (q @ k.transpose(-2, -1) * 0.5).softmax(-1)
        y = (w @ v).transpose(1, 2).flatten(2)
        return self.out(y)


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attend = Attend(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x):
        x = x + self.attend(self.norm(x))
        return x + self.mlp(x) * 1.0


class Model(nn.Module):
    def __init__(self, depth=3, width=32):
        super().__init__()
        self.embed = nn.Embedding(100, width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(depth))
        self.rnn = nn.GRU(width, 16, batch_first=True)

    def encode(self, ids):
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x)
        return x

    def forward(self, ids):
        x = self.encode(ids)
        y, h = self.rnn(x)
        return y[:, -1], h[0]


def main(batch=2):
    model = Model()
    ids = torch.zeros(batch, 7, dtype=torch.long)
    last, hidden = model(ids)
    return last + hidden


if __name__ == "__main__":
    result = main()
    again = Model(2, 16)(torch.ones(3, 5, dtype=torch.long))
