# Describes torch.optim.lr_scheduler: a schedule changes values only.
import _trident


class LRScheduler:
    def __init__(self, optimizer, *args, **kwargs):
        self.optimizer = optimizer
        self.last_epoch = _trident.unknown('learning rate')
        self.base_lrs = _trident.unknown('learning rate')

    def step(self, *args, **kwargs):
        return None

    def get_last_lr(self):
        return _trident.unknown('learning rate')

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        return None


_LRScheduler = LRScheduler


class ChainedScheduler(LRScheduler):
    pass


class ConstantLR(LRScheduler):
    pass


class CosineAnnealingLR(LRScheduler):
    pass


class CosineAnnealingWarmRestarts(LRScheduler):
    pass


class CyclicLR(LRScheduler):
    pass


class ExponentialLR(LRScheduler):
    pass


class LambdaLR(LRScheduler):
    pass


class LinearLR(LRScheduler):
    pass


class MultiStepLR(LRScheduler):
    pass


class MultiplicativeLR(LRScheduler):
    pass


class OneCycleLR(LRScheduler):
    pass


class PolynomialLR(LRScheduler):
    pass


class ReduceLROnPlateau(LRScheduler):
    pass


class SequentialLR(LRScheduler):
    pass


class StepLR(LRScheduler):
    pass
