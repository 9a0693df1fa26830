# Describes the instance normalisations of torch.nn.
import torch.nn.functional as F
from torch.nn.modules.batchnorm import _LazyNormBase, _NormBase


class _InstanceNorm(_NormBase):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype)

    def forward(self, input):
        rank = self._get_no_batch_dim() + 1
        if input.dim() != rank and input.dim() != rank - 1:
            raise ValueError(f'expected {rank - 1}D or {rank}D input (got {input.dim()}D input)')
        channels = input.size(input.dim() - rank + 1)
        if self.affine and channels != self.num_features:
            raise ValueError(f"expected input's size at dim={input.dim() - rank + 1} to match num_features ({self.num_features}), but got: {channels}.")
        use_input = self.training or not self.track_running_stats
        batched = input if input.dim() == rank else input.unsqueeze(0)
        output = F.instance_norm(batched, self.running_mean, self.running_var, self.weight, self.bias, use_input,
                                 0.0 if self.momentum is None else self.momentum, self.eps)
        return output if input.dim() == rank else output.squeeze(0)


class InstanceNorm1d(_InstanceNorm):
    def _get_no_batch_dim(self):
        return 2


class InstanceNorm2d(_InstanceNorm):
    def _get_no_batch_dim(self):
        return 3


class InstanceNorm3d(_InstanceNorm):
    def _get_no_batch_dim(self):
        return 4


class _LazyInstanceNorm(_LazyNormBase):
    def __init__(self, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None):
        super().__init__(eps, momentum, affine, track_running_stats, device, dtype)

    def initialize_parameters(self, input):
        self.num_features = input.shape[input.dim() - self._get_no_batch_dim()]
        self._make_state(self._lazy_device, self._lazy_dtype)


class LazyInstanceNorm1d(_LazyInstanceNorm, InstanceNorm1d):
    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyInstanceNorm, InstanceNorm2d):
    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyInstanceNorm, InstanceNorm3d):
    cls_to_become = InstanceNorm3d
