"""What says by its own text that it does nothing goes; what only these calls do not need stays."""
import torch
import torch.nn.functional as F
from torch import nn


class Twice(nn.Module):
    def forward(self, x):
        a = F.relu(F.relu(x))
        #   ^ hint: [redundant-operation] "`relu` is applied twice: saves 1 kernel"
        #   ^ fix: Remove the second `relu`
        #   ^ becomes: "        a = F.relu(x)\n"
        b = (a + 1).relu().relu()
        #   ^ hint: [redundant-operation] "`relu` is applied twice"
        #   ^ becomes: "        b = (a + 1).relu()\n"
        c = torch.abs(torch.abs(b - 1)) * 2
        #   ^ hint: [redundant-operation] "`abs` is applied twice"
        #   ^ becomes: "        c = torch.abs(b - 1) * 2\n"
        d = F.relu(  # The outer one.
        #   ^ hint: [redundant-operation] "`relu` is applied twice"
        #   ^ becomes: "        # The outer one.\n"
            torch.relu(c - 3)
        )
        return d


class Views(nn.Module):
    def forward(self, x):
        a = x.view(x.shape) + 1
        #   ^ hint: [redundant-operation] "`view` keeps the shape"
        #   ^ fix: Remove `view`
        #   ^ becomes: "        a = x + 1\n"
        b = torch.reshape(a - 1, (8, 64)) * 2
        #   ^ hint: [redundant-operation] "`reshape` keeps the shape"
        #   ^ becomes: "        b = (a - 1) * 2\n"
        c = b.view(*b.size()).relu()
        #   ^ hint: [redundant-operation] "`view` keeps the shape"
        #   ^ becomes: "        c = b.relu()\n"
        d = c.permute(0, 1).abs()
        #   ^ hint: [redundant-operation] "`permute` keeps the order"
        #   ^ becomes: "        d = c.abs()\n"
        return d.reshape_as(d) * 2
        #      ^ hint: [redundant-operation] "`reshape_as` keeps the shape"
        #      ^ becomes: "        return d * 2\n"


class Reversal(nn.Module):
    def forward(self, x):
        # What autograd is to see as a new tensor.
        return x.view_as(x)


class Transposes(nn.Module):
    def forward(self, x):
        a = (x + 1).transpose(0, 1).transpose(1, 0)
        #   ^ hint: [redundant-operation] "a transpose undoes the one before it"
        #   ^ fix: Remove both transposes
        #   ^ becomes: "        a = (x + 1)\n"
        b = torch.transpose(torch.transpose(a, 0, 1), 0, 1).relu()
        #   ^ hint: [redundant-operation] "a transpose undoes the one before it"
        #   ^ becomes: "        b = a.relu()\n"
        return b.t().t() + 1
        #      ^ hint: [redundant-operation] "a transpose undoes the one before it"
        #      ^ becomes: "        return b + 1\n"


class Casts(nn.Module):
    def forward(self, x):
        a = x.to(x.dtype) + 1
        #   ^ hint: [redundant-operation] "`to` keeps the dtype"
        #   ^ becomes: "        a = x + 1\n"
        b = a.float().float() * 2
        #   ^ hint: [redundant-operation] "`float` is applied twice"
        #   ^ fix: Remove the second `float`
        c = b.t().contiguous().contiguous()
        #   ^ hint: [redundant-operation] "`contiguous` is applied twice"
        #   ^ becomes: "        c = b.t().contiguous()\n"
        return c * 2


class InALambda(nn.Module):
    def forward(self, x):
        act = lambda y: F.relu(  # A comment has no line here.
            #           ^ hint: [redundant-operation] "`relu` is applied twice"
            #           ^ no-fix: where would the comment go?
            F.relu(y))
        return act(x)


class Needed(nn.Module):
    """These calls need none of it; others may."""

    def __init__(self):
        super().__init__()
        self.first = nn.ReLU()
        self.second = nn.ReLU()

    def forward(self, x, y, where=F.relu):
        a = self.second(self.first(x))
        b = F.relu(self.first(a))
        c = where(F.relu(b))
        d = F.gelu(F.gelu(c)) + F.relu(F.relu6(c))
        e = F.relu(F.relu(d, inplace=True))
        f = e.float().contiguous().to(torch.float32)
        g = f.view(y.shape).reshape(x.size(0), -1)
        h = g.view(8, -1).permute(1, 0).permute(1, 0)
        i = h[None].transpose(0, 1).transpose(1, 2).transpose(0, -1).transpose(0, 2)
        j = i.to(torch.float64).to(torch.float32)
        return j.to(y.dtype).squeeze().squeeze()


class OtherCall(nn.Module):
    def forward(self, x):
        return x.reshape(8, 64) + 1


x = torch.randn(8, 64)
Twice()(x)
Views()(x)
Transposes()(x)
Casts()(x)
InALambda()(x)
Needed()(x, x)
other = OtherCall()
other(x)
other(torch.randn(64, 8))
