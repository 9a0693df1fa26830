# Describes torch.fx._symbolic_trace.


def is_fx_tracing():
    return False


def is_fx_symbolic_tracing():
    return False
