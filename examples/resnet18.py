"""The unmodified ResNet-18 of torchvision, called once."""
import torch
from torchvision.models import resnet18

model = resnet18()
image = torch.randn(1, 3, 224, 224)
scores = model(image)
