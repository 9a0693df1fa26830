# A function that uses a model and gives none covers no class: the model is entered by itself.
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 400)
        self.second = nn.Linear(300, 10)

    def forward(self, x):
        return self.second(self.first(x.view(-1, 784)))
#              ^ error: [linear-in-features] "linear expects 300 features, its input has 400"


def main():
    model = Net()
    out = model(torch.zeros(8, 784))
