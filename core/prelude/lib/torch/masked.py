# torch.masked: names that are not operators are unknown.
