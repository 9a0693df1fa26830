# torch.special holds operators only.
