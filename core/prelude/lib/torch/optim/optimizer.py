# Describes the optimisers of torch.optim.
import _trident

ParamsT = _trident.unknown('typing')
params_t = ParamsT
StateDict = ParamsT
required = _trident.unknown('torch.optim.required')


class Optimizer:
    def __init__(self, params, defaults=None, *args, **kwargs):
        self.defaults = kwargs
        self.state = {}
        groups = list(params)
        if groups and isinstance(groups[0], dict):
            self.param_groups = [dict(group) for group in groups]
        else:
            self.param_groups = [{'params': groups}]
        for group in self.param_groups:
            group.setdefault('lr', _trident.unknown('learning rate'))
            group.setdefault('weight_decay', _trident.unknown('weight decay'))

    def step(self, closure=None):
        return None if closure is None else closure()

    def zero_grad(self, set_to_none=True):
        return None

    def state_dict(self):
        return {'state': self.state, 'param_groups': self.param_groups}

    def load_state_dict(self, state_dict):
        return None

    def add_param_group(self, param_group):
        self.param_groups.append(param_group)

    def register_step_pre_hook(self, hook):
        return _trident.unknown('hook')

    def register_step_post_hook(self, hook):
        return _trident.unknown('hook')


class ASGD(Optimizer):
    pass


class Adadelta(Optimizer):
    pass


class Adafactor(Optimizer):
    pass


class Adagrad(Optimizer):
    pass


class Adam(Optimizer):
    pass


class AdamW(Optimizer):
    pass


class Adamax(Optimizer):
    pass


class LBFGS(Optimizer):
    pass


class Muon(Optimizer):
    pass


class NAdam(Optimizer):
    pass


class RAdam(Optimizer):
    pass


class RMSprop(Optimizer):
    pass


class Rprop(Optimizer):
    pass


class SGD(Optimizer):
    pass


class SparseAdam(Optimizer):
    pass
