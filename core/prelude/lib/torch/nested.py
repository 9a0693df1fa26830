# torch.nested: names that are not operators are unknown.
