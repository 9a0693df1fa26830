# Describes torch.jit._trace.


def is_tracing():
    return False
