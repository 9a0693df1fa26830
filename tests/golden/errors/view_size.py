# A view must keep the number of elements.
import torch

x = torch.zeros(4, 6)
y = x.view(5, -1)
#   ^ error: [view-size] "24"
