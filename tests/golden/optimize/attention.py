"""Ways to write attention out. All of them are scaled_dot_product_attention."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Plain(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / math.sqrt(16)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Multiplied(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) * 0.25).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Unscaled(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Functions(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = F.softmax(torch.matmul(q, k.transpose(2, 3)) / 4.0, dim=-1)
        return torch.matmul(weights, v)
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Methods(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = q.matmul(k.transpose(-1, -2)).div(4.0).softmax(dim=-1)
        return weights.matmul(v)
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class TorchSoftmax(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = torch.softmax(q @ k.mT * 0.25, dim=3)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Permuted(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.permute(0, 1, 3, 2) * 0.25).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Swapped(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.swapaxes(-1, -2) * 0.25).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class ScaledQueries(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = ((q * 0.25) @ k.transpose(-2, -1)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class DividedQueries(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = ((q / 4.0) @ k.transpose(-2, -1)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class ScaledKeys(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ (k * 0.25).transpose(-2, -1)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class ScaledTransposed(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ (k.transpose(-2, -1) * 0.25)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class BothScaled(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = ((q * 0.5) @ (k.transpose(-2, -1) * 0.5)).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class AddedMask(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0 + bias).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class MaskFirst(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (bias + q @ k.transpose(-2, -1) / 4.0).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class TwoMasks(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0 + bias + other).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class AddedInPlace(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        scores = q @ k.transpose(-2, -1) / 4.0
        scores += bias
        weights = scores.softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Filled(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).masked_fill(hidden, float('-inf')).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class FilledLarge(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).masked_fill(hidden, -1e9).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class FilledInPlace(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        scores = q @ k.transpose(-2, -1) / 4.0
        scores.masked_fill_(hidden, float('-inf'))
        weights = scores.softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Where(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = torch.where(hidden, q @ k.transpose(-2, -1) / 4.0, float('-inf')).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class FilledThenScaled(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = ((q @ k.transpose(-2, -1)).masked_fill(hidden, float('-inf')) * 0.25).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Dropped(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = F.dropout((q @ k.transpose(-2, -1) / 4.0).softmax(-1), 0.1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class DroppedInEvaluation(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = F.dropout((q @ k.transpose(-2, -1) / 4.0).softmax(-1), 0.1, training=False)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class MaskedAndDropped(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = F.dropout((q @ k.transpose(-2, -1) / 4.0 + bias).softmax(-1), 0.1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Einsum(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (torch.einsum('bhid,bhjd->bhij', q, k) * 0.25).softmax(-1)
        return torch.einsum('bhij,bhjd->bhid', weights, v)
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class EinsumTransposed(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (torch.einsum('bhid,bhdj->bhij', q, k.transpose(-2, -1)) * 0.25).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Cast(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).float().softmax(-1).to(q.dtype)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class SoftmaxDtype(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = F.softmax(q @ k.transpose(-2, -1) / 4.0, dim=-1, dtype=torch.float32).type_as(q)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Contiguous(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1).contiguous() / 4.0).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Batched(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        q, k, v = q[0], k[0], v[0]
        weights = (torch.bmm(q, k.transpose(1, 2)) / 4.0).softmax(-1)
        return torch.bmm(weights, v)
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class Baddbmm(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        q, k, v = q[0], k[0], v[0]
        weights = torch.baddbmm(bias[0], q, k.transpose(1, 2), beta=1, alpha=0.25).softmax(-1)
        return torch.bmm(weights, v)
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class TorchDropout(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = torch.dropout(torch.softmax(q @ k.transpose(-2, -1) / 4.0, -1), 0.1, True)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class HeadsSecond(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        q, k, v = q.permute(0, 2, 1, 3), k.permute(0, 2, 1, 3), v.permute(0, 2, 1, 3)
        weights = (q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class FilledWithTensor(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        lowest = torch.full((), float('-inf'), dtype=q.dtype)
        weights = (q @ k.transpose(-2, -1) / 4.0).masked_fill(hidden, lowest).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class WhereLowest(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        lowest = torch.full((), torch.finfo(q.dtype).min, dtype=q.dtype)
        weights = torch.where(hidden, q @ k.transpose(-2, -1) / 4.0, lowest).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class DividedByTensor(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        scale = torch.full((), v.size(-1) ** 0.5, dtype=q.dtype)
        weights = ((q @ k.transpose(-2, -1)) / scale).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class CastAfterDropout(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = F.dropout((q @ k.transpose(-2, -1) / 4.0).float().softmax(-1), 0.1).to(q.dtype)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class CausalTriangle(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        past = torch.ones(10, 10, dtype=torch.bool).tril()
        weights = (q @ k.transpose(-2, -1) / 4.0).masked_fill(~past, float('-inf')).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class LowestOfDtype(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        weights = (q @ k.transpose(-2, -1) / 4.0).masked_fill(hidden, torch.finfo(q.dtype).min).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class SpreadMask(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        scores = q @ k.transpose(-2, -1) / 4.0
        lowest = torch.full((), float('-inf'), dtype=q.dtype)
        past = (hidden[0, :10] == 0).view(1, 1, 1, 10).expand_as(scores)
        weights = scores.masked_fill(past, lowest).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class SpreadCondition(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        scores = q @ k.transpose(-2, -1) / 4.0
        seen = (bias[:, :1, :1] > 0).expand_as(scores)
        weights = F.dropout(torch.where(seen, scores, float('-inf')).softmax(-1), 0.1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


class SpreadAndExpanded(nn.Module):
    def forward(self, q, k, v, bias, other, hidden):
        scores = q @ k.transpose(-2, -1) / 4.0
        past = (hidden[:1] == 0).view(1, 1, 1, 10).expand(scores.shape)
        weights = scores.masked_fill(past, -1e9).softmax(-1)
        return weights @ v
#              ^ hint: [use-sdpa] "attention spelled out is scaled_dot_product_attention"


q = torch.randn(2, 4, 10, 16)
k = torch.randn(2, 4, 10, 16)
v = torch.randn(2, 4, 10, 16)
bias = torch.randn(2, 4, 10, 10)
hidden = torch.zeros(10, 10, dtype=torch.bool)
for cls in [Plain, Multiplied, Unscaled, Functions, Methods, TorchSoftmax, Permuted, Swapped, ScaledQueries, DividedQueries, ScaledKeys, ScaledTransposed, BothScaled, AddedMask, MaskFirst, TwoMasks, AddedInPlace, Filled, FilledLarge, FilledInPlace, Where, FilledThenScaled, Dropped, DroppedInEvaluation, MaskedAndDropped, Einsum, EinsumTransposed, Cast, SoftmaxDtype, Contiguous, Batched, Baddbmm, TorchDropout, HeadsSecond, FilledWithTensor, WhereLowest, DividedByTensor, CastAfterDropout, CausalTriangle, LowestOfDtype, SpreadMask, SpreadCondition, SpreadAndExpanded]:
    cls()(q, k, v, bias, bias, hidden)
