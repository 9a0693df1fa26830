# Describes torch._subclasses: no tensor of a program is a fake one.
import _trident


class FakeTensor:
    pass


class FakeTensorMode:
    def __init__(self, *args, **kwargs):
        self.allow_non_fake_inputs = False

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        return None

    def from_tensor(self, tensor, **kwargs):
        return tensor


def __getattr__(name):
    return _trident.unknown('fake tensors')
