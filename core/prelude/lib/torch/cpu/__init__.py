# Describes torch.cpu.


def is_available():
    return True
