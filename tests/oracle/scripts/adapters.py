# Low-rank adapters, distillation, averaged weights, checkpoints and hooks.
import copy
import math
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint


class LoRALinear(nn.Module):
    def __init__(self, base: nn.Linear, r: int = 4, alpha: int = 8, dropout: float = 0.0):
        super().__init__()
        self.base = base
        for p in self.base.parameters():
            p.requires_grad = False
        self.lora_A = nn.Parameter(torch.empty(r, base.in_features))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.scaling = alpha / r
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        return self.base(x) + (self.dropout(x) @ self.lora_A.T @ self.lora_B.T) * self.scaling

    def merge(self):
        merged = nn.Linear(self.base.in_features, self.base.out_features)
        merged.weight.data = self.base.weight.data + self.lora_B @ self.lora_A * self.scaling
        merged.bias.data = self.base.bias.data
        return merged


def inject_lora(model, r, targets=("q", "v")):
    for name, module in model.named_children():
        if isinstance(module, nn.Linear) and name in targets:
            setattr(model, name, LoRALinear(module, r))
        else:
            inject_lora(module, r, targets)
    return model


class Attn(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.h = h
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x, context=None):
        context = x if context is None else context
        b, t, d = x.shape
        q, k, v = (f(y).reshape(b, -1, self.h, d // self.h).transpose(1, 2) for f, y in ((self.q, x), (self.k, context), (self.v, context)))
        w = torch.einsum("bhid,bhjd->bhij", q, k) * (d // self.h) ** -0.5
        out = torch.einsum("bhij,bhjd->bhid", w.softmax(dim=-1), v)
        return self.o(out.transpose(1, 2).reshape(b, t, d))


class GradReverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lambd):
        ctx.lambd = lambd
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.neg() * ctx.lambd, None


class Student(nn.Module):
    def __init__(self, d, h, n_classes, depth=2):
        super().__init__()
        self.blocks = nn.ModuleList([Attn(d, h) for _ in range(depth)])
        self.norms = nn.ModuleDict(OrderedDict((f"n{i}", nn.LayerNorm(d)) for i in range(depth)))
        self.scales = nn.ParameterDict({f"s{i}": nn.Parameter(torch.ones(d)) for i in range(depth)})
        self.head = nn.Linear(d, n_classes)
        self.domain = nn.Linear(d, 2)

    def forward(self, x):
        for i, block in enumerate(self.blocks):
            y = checkpoint(block, self.norms[f"n{i}"](x), use_reentrant=False) if self.training else block(self.norms[f"n{i}"](x))
            x = x + y * self.scales[f"s{i}"]
        pooled = x.mean(dim=1)
        return self.head(pooled), self.domain(GradReverse.apply(pooled, 0.1))


def distill(student_logits, teacher_logits, labels, T=2.0, alpha=0.5):
    soft = F.kl_div(F.log_softmax(student_logits / T, dim=-1), F.softmax(teacher_logits / T, dim=-1), reduction="batchmean") * T * T
    hard = F.cross_entropy(student_logits, labels)
    return alpha * soft + (1 - alpha) * hard


class EMA:
    def __init__(self, model, decay=0.999):
        self.ema = copy.deepcopy(model).eval()
        self.decay = decay

    @torch.no_grad()
    def update(self, model):
        for e, p in zip(self.ema.parameters(), model.parameters()):
            e.lerp_(p, 1 - self.decay)


if __name__ == "__main__":
    teacher = Student(32, 4, 6, depth=3).eval()
    student = inject_lora(Student(32, 4, 6), r=2)
    feats = {}
    hook = student.head.register_forward_hook(lambda m, inp, out: feats.update(head=out.detach()))
    ema = EMA(student)
    opt = torch.optim.SGD([p for p in student.parameters() if p.requires_grad], lr=0.1, momentum=0.9, nesterov=True)
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda step: min(1.0, (step + 1) / 10))
    x = torch.randn(5, 7, 32)
    labels = torch.randint(0, 6, (5,))
    domains = torch.zeros(5, dtype=torch.long)
    accum = 2
    for step in range(4):
        with torch.no_grad():
            t_logits, _ = teacher(x)
        s_logits, d_logits = student(x)
        loss = (distill(s_logits, t_logits, labels) + F.cross_entropy(d_logits, domains)) / accum
        loss.backward()
        if (step + 1) % accum == 0:
            opt.step()
            opt.zero_grad()
            sched.step()
            ema.update(student)
    hook.remove()
    h = feats["head"]
    merged = student.blocks[0].q.merge()
    y = merged(x)
# mistake: self.dropout(x) @ self.lora_A.T @ self.lora_B.T -> self.dropout(x) @ self.lora_A @ self.lora_B
# mistake: torch.zeros(base.out_features, r) -> torch.zeros(r, base.out_features)
# mistake: "bhij,bhjd->bhid" -> "bhij,bhdj->bhid"
# mistake: self.lora_B @ self.lora_A * self.scaling -> self.lora_A @ self.lora_B * self.scaling
# mistake: out.transpose(1, 2).reshape(b, t, d) -> out.transpose(1, 2).reshape(b, t, -1, d)
# mistake: self.scales[f"s{i}"] -> self.scales[f"scale{i}"]
# mistake: teacher = Student(32, 4, 6, depth=3) -> teacher = Student(32, 4, 10, depth=3)
# mistake: s_logits, d_logits = student(x) -> s_logits = student(x)
# mistake: feats["head"] -> feats["heads"]
