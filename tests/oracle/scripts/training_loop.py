# A training loop in the manner of trainers: steps, metrics, averaged weights.
from typing import Any, Dict, Optional

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split


class LightningModule(nn.Module):
    def log(self, name: str, value: Any, **kwargs):
        pass


class LitClassifier(LightningModule):
    def __init__(self, in_channels=1, hidden=32, num_classes=10, lr=1e-3):
        super().__init__()
        self.lr = lr
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, hidden, 3, stride=2, padding=1),
            nn.BatchNorm2d(hidden),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, hidden * 2, 3, stride=2, padding=1),
            nn.BatchNorm2d(hidden * 2),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(hidden * 2, num_classes),
        )

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        loss = F.cross_entropy(logits, y, label_smoothing=0.1)
        acc = (logits.argmax(dim=-1) == y).float().mean()
        self.log("train_loss", loss)
        self.log("train_acc", acc, prog_bar=True)
        return loss

    def validation_step(self, batch, batch_idx) -> Dict[str, torch.Tensor]:
        x, y = batch
        logits = self(x)
        return {"loss": F.cross_entropy(logits, y), "correct": (logits.argmax(-1) == y).sum(), "total": torch.tensor(y.numel())}

    def configure_optimizers(self):
        opt = torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=0.01)
        sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=self.lr, total_steps=10)
        return [opt], [{"scheduler": sched, "interval": "step"}]


class Trainer:
    def __init__(self, max_epochs=1, ema_decay: Optional[float] = 0.99):
        self.max_epochs = max_epochs
        self.ema_decay = ema_decay

    def fit(self, model, train_loader, val_loader):
        (opt,), (sched,) = model.configure_optimizers()
        ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
        scaler = torch.cuda.amp.GradScaler(enabled=False)
        for epoch in range(self.max_epochs):
            model.train()
            for i, batch in enumerate(train_loader):
                with torch.autocast("cpu", enabled=False):
                    loss = model.training_step(batch, i)
                scaler.scale(loss).backward()
                scaler.unscale_(opt)
                norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                scaler.step(opt)
                scaler.update()
                opt.zero_grad(set_to_none=True)
                sched["scheduler"].step()
                with torch.no_grad():
                    for k, v in model.state_dict().items():
                        if v.dtype.is_floating_point:
                            ema[k].mul_(self.ema_decay).add_(v, alpha=1 - self.ema_decay)
            model.eval()
            outs = []
            with torch.no_grad():
                for i, batch in enumerate(val_loader):
                    outs.append(model.validation_step(batch, i))
            losses = torch.stack([o["loss"] for o in outs])
            correct = torch.stack([o["correct"] for o in outs]).sum()
            total = torch.stack([o["total"] for o in outs]).sum()
            acc = correct / total
            mean_loss = losses.mean()
        return acc, mean_loss


if __name__ == "__main__":
    data = TensorDataset(torch.randn(80, 1, 28, 28), torch.randint(0, 10, (80,)))
    train_set, val_set = random_split(data, [64, 16])
    train_loader = DataLoader(train_set, batch_size=16, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=8)
    acc, val_loss = Trainer().fit(LitClassifier(), train_loader, val_loader)
# mistake: nn.Linear(hidden * 2, num_classes) -> nn.Linear(hidden, num_classes)
# mistake: torch.randn(80, 1, 28, 28) -> torch.randn(80, 28, 28)
# mistake: nn.BatchNorm2d(hidden * 2) -> nn.BatchNorm2d(hidden)
# mistake: (logits.argmax(dim=-1) == y).float().mean() -> (logits.argmax(dim=-1) == y).mean()
# mistake: torch.stack([o["loss"] for o in outs]) -> torch.cat([o["loss"] for o in outs])
# mistake: F.cross_entropy(logits, y, label_smoothing=0.1) -> F.cross_entropy(logits, y.unsqueeze(1), label_smoothing=0.1)
# mistake: torch.randn(80, 1, 28, 28) -> torch.randn(80, 28, 28, 1)
# mistake: F.cross_entropy(logits, y, label_smoothing=0.1) -> F.cross_entropy(logits, y, smoothing=0.1)
