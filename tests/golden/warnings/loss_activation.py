"""Losses that apply an activation themselves, and losses that take what has been through one."""
import torch
import torch.nn.functional as F
from torch import nn

x = torch.randn(32, 8)
labels = torch.zeros(32, dtype=torch.long)
halves = torch.rand(32)
rows = torch.rand(32, 4)
score = nn.Linear(8, 1)
scores = nn.Linear(8, 4)
shares = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=-1))

with_logits = nn.BCEWithLogitsLoss()
right = with_logits(score(x).squeeze(1), halves)
twice = with_logits(torch.sigmoid(score(x)).squeeze(1), halves)
#       ^ warning: [loss-activation] "applies sigmoid itself; its input has been through sigmoid already"
method = F.binary_cross_entropy_with_logits(score(x).sigmoid().view(-1).float(), halves)
#        ^ warning: [loss-activation] "applies sigmoid itself"
column = F.binary_cross_entropy_with_logits(shares(x)[:, 0], halves)
#        ^ warning: [loss-activation] "been through softmax already"
weighted = with_logits(score(x).squeeze(1) * torch.sigmoid(halves), halves)

probabilities = nn.BCELoss()(score(x).sigmoid().view(-1), halves)
clamped = nn.BCELoss()(score(x).view(-1).clamp(0, 1), halves)

likelihood = nn.NLLLoss()(shares(x), labels)
#            ^ warning: [loss-activation] "takes logarithms of probabilities; its input has been through softmax: use log_softmax"
of_scores = F.nll_loss(scores(x), labels)
#           ^ warning: [loss-activation] "its input comes from linear: use log_softmax first"
of_logs = F.nll_loss(shares(x).log(), labels)
of_log_softmax = nn.NLLLoss()(F.log_softmax(scores(x), dim=-1), labels)

divergence = F.kl_div(shares(x), rows, reduction="batchmean")
#            ^ warning: [loss-activation] "takes logarithms of probabilities as its input"
target = F.kl_div(shares(x).log(), rows.log_softmax(-1))
#        ^ warning: [loss-activation] "give it log_target=True"
plain_target = nn.KLDivLoss(log_target=True)(shares(x).log(), target=rows.softmax(-1))
#              ^ warning: [loss-activation] "with log_target=True takes logarithms as its target"
both_logs = F.kl_div(scores(x).log_softmax(-1), rows.log_softmax(-1), log_target=True)
neither = F.kl_div(scores(x).log_softmax(-1), rows.softmax(-1))

sequence = torch.randn(50, 2, 20)
targets, lengths = torch.ones(2, 10, dtype=torch.long), torch.tensor([10, 10])
connectionist = F.ctc_loss(sequence.softmax(2), targets, torch.tensor([50, 50]), lengths)
#               ^ warning: [loss-activation] "ctc_loss takes logarithms"
connectionist_logs = F.ctc_loss(sequence.log_softmax(2), targets, torch.tensor([50, 50]), lengths)


class Raw(nn.Module):
    """What these give fails for most numbers, at run time."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 1)

    def forward(self, x, y):
        scores = nn.BCELoss()(self.body(x).view(-1), y)
        #        ^ warning: [loss-activation] "comes from linear and is not between 0 and 1: use binary_cross_entropy_with_logits"
        logarithms = F.binary_cross_entropy(F.logsigmoid(self.body(x)).squeeze(-1), y)
        #            ^ warning: [loss-activation] "which gives logarithms"
        return scores, logarithms


class Train(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 1)
        self.loss = nn.BCEWithLogitsLoss()

    def forward(self, x, y):
        h = self.body(x)
        good = self.loss(h, y)
        # An equal call but for what made its argument.
        bad = self.loss(torch.sigmoid(h), y)
        #     ^ warning: [loss-activation] "applies sigmoid itself"
        again = self.loss(h, y)
        return good, bad, again


Train()(x, torch.rand(32, 1))
