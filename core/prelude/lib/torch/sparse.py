# torch.sparse: names that are not operators are unknown.
