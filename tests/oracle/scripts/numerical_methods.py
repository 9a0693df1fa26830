# Numerical methods and signal processing: filters, solvers, spectra, decompositions.
import math
import torch
import torch.nn as nn
import torch.nn.functional as F


def kalman(zs, F_, H, Q, R, x, P):
    xs = []
    I = torch.eye(P.shape[0])
    for z in zs:
        x = F_ @ x
        P = F_ @ P @ F_.T + Q
        y = z - H @ x
        S = H @ P @ H.T + R
        K = P @ H.T @ torch.linalg.inv(S)
        x = x + K @ y
        P = (I - K @ H) @ P
        xs.append(x.squeeze(-1))
    return torch.stack(xs), P


def rk4(f, y, t0, t1, n):
    h = (t1 - t0) / n
    t = t0
    for _ in range(n):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h / 2 * k2)
        k4 = f(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t = t + h
    return y


class ODEFunc(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d + 1, 16), nn.Tanh(), nn.Linear(16, d))

    def forward(self, t, y):
        tt = torch.ones_like(y[:, :1]) * t
        return self.net(torch.cat([tt, y], 1))


class SpectralConv2d(nn.Module):
    def __init__(self, cin, cout, m1, m2):
        super().__init__()
        self.cout, self.m1, self.m2 = cout, m1, m2
        scale = 1 / (cin * cout)
        self.w1 = nn.Parameter(scale * torch.rand(cin, cout, m1, m2, dtype=torch.cfloat))
        self.w2 = nn.Parameter(scale * torch.rand(cin, cout, m1, m2, dtype=torch.cfloat))

    def compl_mul2d(self, a, w):
        return torch.einsum("bixy,ioxy->boxy", a, w)

    def forward(self, x):
        b = x.shape[0]
        x_ft = torch.fft.rfft2(x)
        out_ft = torch.zeros(b, self.cout, x.size(-2), x.size(-1) // 2 + 1, dtype=torch.cfloat, device=x.device)
        out_ft[:, :, : self.m1, : self.m2] = self.compl_mul2d(x_ft[:, :, : self.m1, : self.m2], self.w1)
        out_ft[:, :, -self.m1 :, : self.m2] = self.compl_mul2d(x_ft[:, :, -self.m1 :, : self.m2], self.w2)
        x = torch.fft.irfft2(out_ft, s=(x.size(-2), x.size(-1)))
        return x


def stft_loss(a, b, n_fft=64, hop=16):
    w = torch.hann_window(n_fft)
    A = torch.stft(a, n_fft, hop, window=w, return_complex=True).abs()
    B = torch.stft(b, n_fft, hop, window=w, return_complex=True).abs()
    sc = torch.norm(B - A, p="fro") / torch.norm(B, p="fro")
    mag = F.l1_loss(torch.log(A + 1e-7), torch.log(B + 1e-7))
    return sc + mag


class SubPixel(nn.Module):
    def __init__(self, r):
        super().__init__()
        self.c1 = nn.Conv2d(1, 16, 5, padding=2)
        self.c2 = nn.Conv2d(16, r * r, 3, padding=1)
        self.ps = nn.PixelShuffle(r)

    def forward(self, x):
        return self.ps(self.c2(torch.tanh(self.c1(x))))


def dice_loss(logits, target, eps=1.0):
    probs = logits.softmax(1)
    onehot = F.one_hot(target, logits.shape[1]).permute(0, 3, 1, 2).float()
    inter = (probs * onehot).sum(dim=(2, 3))
    card = (probs + onehot).sum(dim=(2, 3))
    return 1 - ((2 * inter + eps) / (card + eps)).mean()


class WaveNetBlock(nn.Module):
    def __init__(self, c, skip, dilation):
        super().__init__()
        self.pad = dilation
        self.filt = nn.Conv1d(c, c, 2, dilation=dilation)
        self.gate = nn.Conv1d(c, c, 2, dilation=dilation)
        self.res = nn.Conv1d(c, c, 1)
        self.skip = nn.Conv1d(c, skip, 1)

    def forward(self, x):
        h = F.pad(x, (self.pad, 0))
        z = torch.tanh(self.filt(h)) * torch.sigmoid(self.gate(h))
        return self.res(z) + x, self.skip(z)


class DeepSets(nn.Module):
    def __init__(self, d, h, o):
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(d, h), nn.ReLU(), nn.Linear(h, h))
        self.rho = nn.Sequential(nn.Linear(h, h), nn.ReLU(), nn.Linear(h, o))

    def forward(self, x, mask):
        z = self.phi(x) * mask.unsqueeze(-1)
        pooled = z.sum(1) / mask.sum(1, keepdim=True).clamp_min(1)
        return self.rho(pooled)


if __name__ == "__main__":
    dt = 0.1
    F_ = torch.tensor([[1.0, dt], [0.0, 1.0]])
    H = torch.tensor([[1.0, 0.0]])
    xs, P = kalman(torch.randn(10, 1, 1), F_, H, 0.01 * torch.eye(2), torch.tensor([[0.1]]), torch.zeros(2, 1), torch.eye(2))
    func = ODEFunc(3)
    y = rk4(func, torch.randn(6, 3), 0.0, 1.0, 4)
    sp = SpectralConv2d(2, 4, 5, 5)
    u = sp(torch.randn(3, 2, 16, 16))
    loss = stft_loss(torch.randn(2, 800), torch.randn(2, 800))
    sr = SubPixel(3)(torch.randn(2, 1, 10, 12))
    d = dice_loss(torch.randn(2, 5, 8, 8), torch.randint(0, 5, (2, 8, 8)))
    x = torch.randn(2, 8, 50)
    total = 0
    for i in range(4):
        x, skip = WaveNetBlock(8, 12, 2**i)(x)
        total = total + skip
    ds = DeepSets(4, 16, 3)(torch.randn(5, 9, 4), torch.rand(5, 9).gt(0.3).float())
    A = torch.randn(4, 6, 3)
    U, S, Vh = torch.linalg.svd(A, full_matrices=False)
    recon = U @ torch.diag_embed(S) @ Vh
    q, r = torch.linalg.qr(A)
    cov = A.mT @ A / 6 + torch.eye(3)
    L = torch.linalg.cholesky(cov)
    sol = torch.cholesky_solve(torch.randn(4, 3, 2), L)
    evals, evecs = torch.linalg.eigh(cov)
    lstsq = torch.linalg.lstsq(A, torch.randn(4, 6, 1)).solution
    logdet = torch.logdet(cov)
    dists = torch.cdist(A, A)
    knn = dists.topk(2, largest=False)
    idx = knn.indices
    gathered = torch.gather(A, 1, idx[..., :1].expand(-1, -1, 3))
    grid = torch.stack(torch.meshgrid(torch.linspace(-1, 1, 5), torch.linspace(-1, 1, 7), indexing="ij"), -1).flip(-1)
    warped = F.grid_sample(torch.randn(2, 3, 9, 9), grid.expand(2, -1, -1, -1), align_corners=True)
    bins = torch.bucketize(torch.rand(3, 4), torch.linspace(0, 1, 11))
    patches = F.unfold(torch.randn(1, 3, 8, 8), kernel_size=4, stride=4)
    folded = F.fold(patches, (8, 8), kernel_size=4, stride=4)
    hist = torch.histc(torch.randn(100), bins=10)
    uniq, inv, cnt = torch.unique(torch.randint(0, 3, (20,)), return_inverse=True, return_counts=True)
# mistake: y = z - H @ x -> y = z - H @ x.T
# mistake: K = P @ H.T @ torch.linalg.inv(S) -> K = P @ H @ torch.linalg.inv(S)
# mistake: nn.Linear(d + 1, 16) -> nn.Linear(d, 16)
# mistake: "bixy,ioxy->boxy" -> "bixy,oixy->boxy"
# mistake: x.size(-1) // 2 + 1, dtype=torch.cfloat -> x.size(-1) // 2 + 1
# mistake: nn.Conv2d(16, r * r, 3, padding=1) -> nn.Conv2d(16, r + r, 3, padding=1)
# mistake: .permute(0, 3, 1, 2).float() -> .float()
# mistake: h = F.pad(x, (self.pad, 0)) -> h = x
# mistake: mask.sum(1, keepdim=True) -> mask.sum(1)
# mistake: recon = U @ torch.diag_embed(S) @ Vh -> recon = U @ S @ Vh
# mistake: torch.linalg.svd(A, full_matrices=False) -> torch.linalg.svd(A)
# mistake: logdet = torch.logdet(cov) -> logdet = torch.logdet(A)
# mistake: F.fold(patches, (8, 8), -> F.fold(patches, (9, 12),
# mistake: torch.cholesky_solve(torch.randn(4, 3, 2), L) -> torch.cholesky_solve(L, torch.randn(4, 2, 3))
# mistake: grid.expand(2, -1, -1, -1) -> grid.expand(3, -1, -1, -1)
