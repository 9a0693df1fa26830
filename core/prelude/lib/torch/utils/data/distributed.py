# Describes DistributedSampler.
import _trident
from torch.utils.data.sampler import Sampler


class DistributedSampler(Sampler):
    def set_epoch(self, epoch):
        return None

    def __iter__(self):
        return _trident.unknown('distributed training')

    def __len__(self):
        return _trident.unknown('distributed training')
