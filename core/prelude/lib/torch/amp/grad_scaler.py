# Describes torch.amp.grad_scaler: scaling keeps every shape.
import _trident


class GradScaler:
    def __init__(self, device='cuda', init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
        self._enabled = enabled

    def scale(self, outputs):
        return outputs

    def unscale_(self, optimizer):
        return None

    def step(self, optimizer, *args, **kwargs):
        return None

    def update(self, new_scale=None):
        return None

    def get_scale(self):
        return _trident.unknown('gradient scale')

    def is_enabled(self):
        return self._enabled

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        return None
