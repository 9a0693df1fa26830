"""Small models whose generated code was once wrong, or could easily be: drivers as the facts have them."""
import generated_kernels

HEADER = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"

CASES = {
    # One module under two names: state_dict lists its weights twice.
    "shared": """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.blocks = nn.ModuleList([nn.Sequential(nn.ReLU(), self.first) for _ in range(2)])
    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return x
model = Model().eval()
x = torch.randn(4, 8)
out = model(x)
""",
    # The first convolution runs inside a module whose other operators come before it.
    "stem": """
class Standardized(nn.Conv2d):
    def forward(self, x):
        weight = F.layer_norm(self.weight, self.weight.shape[1:])
        return self._conv_forward(x, weight, self.bias)
model = nn.Sequential(nn.Sequential(Standardized(3, 8, 3), nn.ReLU()), nn.Conv2d(8, 8, 3), nn.Flatten()).eval()
x = torch.randn(2, 3, 16, 16)
out = model(x)
""",
    "padding": """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(16, 4)
    def forward(self, x, hidden):
        return self.attention(x, x, x, key_padding_mask=hidden)[0] + self.attention(x, x, x, key_padding_mask=hidden, need_weights=False)[0]
model = Model()
x = torch.randn(6, 2, 16)
hidden = torch.arange(6).expand(2, 6) >= torch.tensor([[4], [6]])
out = model(x, hidden)
""",
    "buffer": """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.places = nn.Buffer(torch.arange(16).expand(1, -1), persistent=False)
        self.scale = nn.Buffer(torch.ones(4))
        self.layer = nn.Linear(4, 4)
    def forward(self, x):
        return self.layer(x * self.scale) + self.places[:, :4]
model = Model().eval()
x = torch.randn(2, 4)
out = model(x)
""",
    # Attention that turns the batch behind the sequence: in the prelude, and written out.
    "batch_first": """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.own, self.other = nn.MultiheadAttention(16, 4, batch_first=True), nn.MultiheadAttention(16, 2, batch_first=True, bias=False)
        self.into, self.out = nn.Linear(16, 16), nn.Linear(16, 16)
    def forward(self, x, y):
        x = x + self.own(x, x, x, need_weights=False)[0]
        x = x + self.other(x, y, y, need_weights=False)[0]
        heads = self.into(x.permute(1, 0, 2)).view(6, 3, 2, 8).permute(1, 2, 0, 3)
        z = self.out((heads * 2).permute(2, 0, 1, 3).contiguous().reshape(18, 16)).view(6, 3, 16).permute(1, 0, 2)
        z += x
        return z, heads
model = Model().eval()
x = torch.randn(3, 6, 16)
y = torch.randn(3, 5, 16)
out = model(x, y)
""",
    # Tensors that are joined and parted for nothing, with parts that are views, written into, or returned.
    "joined": """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(12, 8)
    def forward(self, x, y):
        a, b = torch.cat([x, y], 1).split([4, 8], dim=1)
        c, d = torch.cat([x.t(), x.t()], 1).chunk(2, 1)
        whole = torch.cat(list(self.layer(torch.cat([a, b], 1)).chunk(2, -1)), -1)
        parts = torch.cat([whole, y], 0).split([6, 6], 0)
        parts[0].mul_(2)
        steps = torch.cat([x, torch.cat([y, whole], 1)], -1)
        return F.relu(a) + x, b.view(3, 2, 8) * 2, c.view(2, 2, 6) + d.reshape(2, 2, 6), whole, parts[0] + 1, steps, torch.cat([x, x * 2], 1).split(4, 1)[0]
model = Model().eval()
x = torch.randn(6, 4)
y = torch.randn(6, 8)
out = model(x, y)
""",
    # Every rewrite of level 2 that is not attention, in one model.
    "formulas": """
import math
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(16))
        self.bias = nn.Parameter(torch.randn(16))
        self.matrix = nn.Parameter(torch.randn(16, 16))
        self.q, self.k, self.v = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16)
    def forward(self, x, target):
        mean = x.mean(-1, keepdim=True)
        x = self.weight * (x - mean) / torch.sqrt((x - mean).pow(2).mean(-1, keepdim=True) + 1e-5) + self.bias
        x = self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))
        x = 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
        x = x * torch.sigmoid(x)
        x = torch.mm(x, self.matrix) + self.bias
        x = x @ self.matrix.t() + self.bias
        y = self.q(x) + self.k(x) * self.v(x)
        z = torch.bmm(y[None], y.t()[None]) * 0.125 + y.mean()
        return F.relu(F.relu(y)), z, F.nll_loss(F.log_softmax(x, 1), target)
model = Model().eval()
x = torch.randn(8, 16)
target = torch.arange(8)
out = model(x, target)
""",
}


def records():
    yield {"id": "case/kernels", "src": generated_kernels.MODEL}
    for name, text in CASES.items():
        yield {"id": "case/" + name, "src": HEADER + text.lstrip("\n")}
