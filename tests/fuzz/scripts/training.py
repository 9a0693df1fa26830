import torch
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
WIDTH = 16
NORMS = {"batch": nn.BatchNorm2d, "none": nn.Identity}


class Data(Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, i):
        return torch.randn(3, 16, 16), i % 4


class ConvBlock(nn.Module):
    def __init__(self, a, b, norm="batch"):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(a, b, 3, padding=1), NORMS[norm](b), nn.ReLU(inplace=True))

    def forward(self, x):
        return self.net(x)


class UNet(nn.Module):
    def __init__(self, width=WIDTH):
        super().__init__()
        self.d1 = ConvBlock(3, width)
        self.d2 = ConvBlock(width, 2 * width)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ConvTranspose2d(2 * width, width, 2, 2)
        self.u1 = ConvBlock(2 * width, width, norm="none")
        self.out = nn.Conv2d(width, 4, 1)

    def forward(self, x):
        a = self.d1(x)
        b = self.d2(self.pool(a))
        c = torch.cat([a, self.up(b)], dim=1)
        return self.out(self.u1(c))


class Disc(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(*[ConvBlock(4 if i == 0 else 8, 8) for i in range(3)])
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


def train_step(model, disc, batch, opt):
    x, y = batch
    x = x.to(DEVICE)
    out = model(x)
    score = disc(out)
    loss = nn.functional.cross_entropy(out.mean((2, 3)), y) - score.mean() * 0.1
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


model = UNet().to(DEVICE)
disc = Disc().to(DEVICE)
opt = optim.AdamW(list(model.parameters()) + list(disc.parameters()), lr=1e-3)
loader = DataLoader(Data(), batch_size=5)
for epoch in range(2):
    for batch in loader:
        loss = train_step(model, disc, batch, opt)
model.eval()
with torch.no_grad():
    sample = model(torch.randn(1, 3, 16, 16))
    probs = sample.softmax(1)
model.out = nn.Conv2d(WIDTH, 7, 1)
again = model(torch.randn(2, 3, 32, 32))
small = UNet(4)
tiny = small(torch.randn(2, 3, 8, 8))
scripted = disc(torch.zeros(2, 4, 8, 8))
