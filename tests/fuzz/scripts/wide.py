# One model of many blocks, called by the script: constructors inside constructors.
import torch
from torch import nn


class Block0(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block1(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block2(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block3(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block4(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block5(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block6(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block7(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block8(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block9(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block10(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block11(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block12(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block13(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block14(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block15(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block16(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block17(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block18(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block19(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block20(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block21(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block22(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block23(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block24(nn.Module):
    def __init__(self, dim, heads=4, drop=0.1):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block25(nn.Module):
    def __init__(self, dim, heads=4, drop=0.2):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 3), nn.GELU(), nn.Linear(dim * 3, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Block26(nn.Module):
    def __init__(self, dim, heads=4, drop=0.3):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 1.0
        return x + self.drop(self.mlp(y))


class Block27(nn.Module):
    def __init__(self, dim, heads=4, drop=0.4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        b, n, c = x.shape
        y = self.norm(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        y = y.transpose(1, 2).reshape(b, n, c) * 2.0
        return x + self.drop(self.mlp(y))


class Net(nn.Module):
    def __init__(self, dim=192, classes=1000):
        super().__init__()
        self.stem = nn.Conv2d(3, dim, kernel_size=16, stride=16)
        self.pos = nn.Parameter(torch.zeros(1, 196, dim))
        self.blocks = nn.ModuleList([
            Block0(dim), Block1(dim), Block2(dim), Block3(dim), Block4(dim), Block5(dim), Block6(dim), Block7(dim), Block8(dim), Block9(dim), Block10(dim), Block11(dim), Block12(dim), Block13(dim), Block14(dim), Block15(dim), Block16(dim), Block17(dim), Block18(dim), Block19(dim), Block20(dim), Block21(dim), Block22(dim), Block23(dim), Block24(dim), Block25(dim), Block26(dim), Block27(dim),
        ])
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        x = x + self.pos
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(1))


net = Net()
out = net(torch.randn(2, 3, 224, 224))
print(out.shape)
