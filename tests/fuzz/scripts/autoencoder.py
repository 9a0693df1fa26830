import torch
from torch import nn

WIDTHS = (16, 8, 4)


def act(x, slope=0.1):
    return torch.where(x > 0, x, x * slope)


class Down(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer in self.layers:
            x = act(layer(x), 0.2)
        return x


class AE(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = Down((32,) + WIDTHS)
        self.up = Down(WIDTHS[::-1] + (32,))

    def code(self, x):
        z = self.down(x)
        return z / z.norm(dim=1, keepdim=True)

    def forward(self, x):
        z = self.code(x)
        y = self.up(z)
        return y, z[:, :2]


def train(steps=2):
    model = AE()
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.rand(6, 32)
    for step in range(steps):
        y, z = model(x)
        loss = ((y - x) ** 2).mean() + z.abs().sum() * 0.01
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss


final = train()
model = AE()
y, z = model(torch.zeros(3, 32))
y2, z2 = model(torch.zeros(3, 32))
