# Describes torch.autograd.Function: `apply` runs `forward`.
import _trident


class FunctionCtx:
    def __init__(self):
        self.saved_tensors = ()
        self.needs_input_grad = _trident.unknown('requires_grad')

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors

    def save_for_forward(self, *tensors):
        return None

    def mark_dirty(self, *args):
        return None

    def mark_non_differentiable(self, *args):
        return None

    def set_materialize_grads(self, value):
        return None


class Function(FunctionCtx):
    @classmethod
    def apply(cls, *args, **kwargs):
        ctx = FunctionCtx()
        if hasattr(cls, 'setup_context'):
            output = cls.forward(*args, **kwargs)
            cls.setup_context(ctx, args, output)
            return output
        return cls.forward(ctx, *args, **kwargs)


class InplaceFunction(Function):
    pass


def once_differentiable(fn):
    return fn
