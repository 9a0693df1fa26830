# torch.signal holds the package of window operators.
