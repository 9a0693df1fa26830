"""A small image classifier with the mistake everybody makes once."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x)
        return torch.relu(x)


class Classifier(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.blocks = nn.Sequential(Block(3, 64), Block(64, 128), Block(128, 512))
        self.fc = nn.Linear(512, num_classes)

    def forward(self, image):
        x = self.blocks(image)
        x = torch.flatten(x, 1)
        return self.fc(x)


model = Classifier()
scores = model(torch.randn(8, 3, 56, 56))
