# torch.linalg holds operators only.
