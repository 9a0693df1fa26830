# A training script whose loop may not run, for all that is known: its model is entered as well, and what is wrong with it
# is found.
# --- file: main.py
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 400)
        self.second = nn.Linear(300, 10)
        self.apart = nn.Linear(10, 10)

    def forward(self, x):
        x = self.first(x.view(-1, 784))
#       ^ type: f32[·, 400]
        return self.second(x)
#              ^ error: [linear-in-features] "linear expects 300 features, its input has 400"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    args = parser.parse_args()
    model = Net()
    loader = DataLoader(TensorDataset(torch.randn(100, 1, 28, 28), torch.zeros(100, dtype=torch.long)), batch_size=64)
    for epoch in range(args.epochs):
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)


if __name__ == "__main__":
    main()
