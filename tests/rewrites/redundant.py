"""What need not run: identities, repeats, what nothing reads, constants."""
import torch
import torch.nn.functional as F
from torch import nn


class Dropout(nn.Module):
    def forward(self, x):
        x = F.dropout(x, 0.5, self.training)  # does: redundant-operation "dropout does nothing in evaluation"
        return F.dropout(x, 0.0, True)  # does: redundant-operation "dropout with p = 0"


class DropoutInTraining(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5, True)  # near miss: redundant-operation


class Views(nn.Module):
    def forward(self, x):
        x = x.view(4, 8)  # does: redundant-operation "`view` keeps the shape"
        x = x.reshape(4, -1)  # does: redundant-operation "`reshape` keeps the shape"
        x = x.permute(0, 1)  # does: redundant-operation "`permute` keeps the order"
        x = x.flatten(1)  # does: redundant-operation "`flatten` keeps the shape"
        return x * 2


class OtherViews(nn.Module):
    def forward(self, x):
        x = x.view(8, 4)  # near miss: redundant-operation
        x = x.permute(1, 0)  # near miss: redundant-operation
        return x * 2


class Casts(nn.Module):
    def forward(self, x):
        x = (x * 2).contiguous()  # does: redundant-operation "`contiguous` of a contiguous tensor"
        x = x.float()  # does: redundant-operation "`float` keeps the dtype"
        return x.to(torch.float32) + 1  # does: redundant-operation "`to` keeps the dtype"


class OtherCasts(nn.Module):
    def forward(self, x):
        x = x.t().contiguous()  # near miss: redundant-operation
        return x.to(torch.float16) + 1  # near miss: redundant-operation


class Twice(nn.Module):
    def forward(self, x):
        return F.relu(F.relu(x)) + torch.abs(torch.abs(x))  # does: redundant-operation "`relu` is applied twice"; redundant-operation "`abs` is applied twice"


class OtherTwice(nn.Module):
    def forward(self, x):
        return F.gelu(F.gelu(x)) + F.relu(F.relu6(x))  # near miss: redundant-operation


class Transposes(nn.Module):
    def forward(self, x):
        return x.transpose(0, 1).transpose(1, 0) + 1  # does: redundant-operation "a transpose undoes the one before it"


class OtherTransposes(nn.Module):
    def forward(self, x):
        return x[None].transpose(0, 1).transpose(1, 2) + 1  # near miss: redundant-operation


class Heads(nn.Module):
    def forward(self, x):
        x = x.chunk(2, -1)[0]
        return x.contiguous().view(6, 2 * 4, 8).transpose(0, 1).view(2, 4, 6, 8) * 2  # does: redundant-operation "heads are parted by views alone"


class OtherHeads(nn.Module):
    def forward(self, x):
        return x.transpose(0, 1).contiguous().view(2, 6, 8, 8).transpose(1, 2) * 2  # near miss: redundant-operation


class BatchFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.into, self.out = nn.Linear(32, 96), nn.Linear(32, 32)

    def forward(self, x):
        q, k, v = self.into(x.transpose(0, 1)).chunk(3, dim=-1)  # does: redundant-operation "heads are parted with the batch first"
        q, k, v = [each.view(6, 2, 4, 8).permute(1, 2, 0, 3) for each in (q, k, v)]
        x = F.scaled_dot_product_attention(q, k, v)
        x = self.out(x.permute(2, 0, 1, 3).contiguous().view(12, 32))
        return x.view(6, 2, 32).transpose(0, 1)  # does: redundant-operation "heads are joined with the batch first"


class OtherBatchFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.into, self.out = nn.Linear(32, 64), nn.Linear(32, 32)

    def forward(self, x):
        q, k = self.into(x.transpose(0, 1)).chunk(2, dim=-1)  # near miss: redundant-operation
        q, k = q.view(6, 2, 4, 8).permute(1, 2, 0, 3), k.view(6, 2, 4, 8).permute(1, 2, 3, 0)
        x = F.scaled_dot_product_attention(q, k.mT, q)
        x = self.out(x.permute(2, 0, 1, 3).contiguous().view(12, 32))
        return x.view(6, 2, 32).transpose(0, 1), x  # near miss: redundant-operation


class Repeated(nn.Module):
    def forward(self, x):
        a = torch.exp(x)
        return a * torch.exp(x)  # does: repeated-computation "`exp` of the same arguments"


class OtherRepeated(nn.Module):
    def forward(self, x):
        a = torch.rand_like(x) + torch.exp(x)
        x = x.clone()
        b = torch.exp(x + 1)
        x.add_(1)
        return a * torch.rand_like(x) + torch.exp(x + 1) + b  # near miss: repeated-computation


class Unused(nn.Module):
    def forward(self, x):
        norm = torch.exp(x).sum()  # does: unused-result "nothing uses the result of `exp`"; unused-result "nothing uses the result of `sum`"
        return x * 2


class Used(nn.Module):
    def forward(self, x):
        y = x.clone()
        y.mul_(2)  # near miss: unused-result
        return y


class Constant(nn.Module):
    def forward(self, x):
        places = torch.arange(8).float()  # does: constant-in-forward "`arange` computes the same"; constant-in-forward "`float` computes the same"
        return x + places


class NoConstant(nn.Module):
    def forward(self, x):
        noise = torch.rand(8)  # near miss: constant-in-forward
        return x + noise, torch.zeros(8)  # near miss: constant-in-forward


x = torch.randn(4, 8)
heads = torch.randn(6, 2, 64)
Dropout().eval()(x)
DropoutInTraining().eval()(x)
Views()(x)
OtherViews()(x)
Casts()(x)
OtherCasts()(x)
Twice()(x)
OtherTwice()(x)
Transposes()(x)
OtherTransposes()(x)
Heads()(heads)
OtherHeads()(heads)
BatchFirst()(torch.randn(2, 6, 32))
OtherBatchFirst()(torch.randn(2, 6, 32))
Repeated()(x)
OtherRepeated()(x)
Unused()(x)
Used()(x)
Constant()(x)
NoConstant()(x)
