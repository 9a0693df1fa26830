# torch.signal.windows holds operators only.
