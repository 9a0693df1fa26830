# Describes DataLoader: full batches made of the first item, and the shorter last batch when its size is known.
import _trident
import torch
from torch.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler


def _stack(item, size):
    if _trident.is_tensor(item):
        return item.new_empty((size,) + tuple(item.shape))
    if isinstance(item, float):
        return torch.empty((size,), dtype=torch.float64)
    if isinstance(item, int):
        return torch.empty((size,), dtype=torch.int64)
    if isinstance(item, str):
        return [item] * size
    if isinstance(item, dict):
        return {key: _stack(value, size) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_stack(value, size) for value in item]
    return _trident.unknown('batch of a data set')


def default_collate(batch):
    return _stack(batch[0], len(batch))


def default_convert(data):
    return data


class DataLoader:
    def __class_getitem__(cls, item):
        return cls

    def __init__(self, dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, pin_memory=False,
                 drop_last=False, timeout=0, worker_init_fn=None, multiprocessing_context=None, generator=None, **kwargs):
        self.dataset = dataset
        self.batch_size = batch_size if batch_sampler is None else _trident.unknown('batch sampler')
        if sampler is None:
            sampler = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
        self.sampler = sampler
        self.batch_sampler = BatchSampler(sampler, batch_size, drop_last) if batch_sampler is None and batch_size is not None else batch_sampler
        self.num_workers = num_workers
        self.collate_fn = collate_fn
        self.pin_memory = pin_memory
        self.drop_last = drop_last

    def _batch(self, size):
        item = self.dataset[0]
        if self.collate_fn is not None:
            return self.collate_fn([item] * size)
        return _stack(item, size)

    def __len__(self):
        if self.batch_sampler is not None:
            return len(self.batch_sampler)
        count = len(self.dataset)
        return count // self.batch_size if self.drop_last else (count + self.batch_size - 1) // self.batch_size

    def __iter__(self):
        if not hasattr(self.dataset, '__len__'):
            return _trident.unknown('batch of a data set')
        if self.batch_size is None:
            return iter([self.dataset[0]])
        full = len(self.dataset) // self.batch_size
        # A list that the loop fills is right where batches are few; more of them would cost time and say nothing new (the bound is a guess).
        batches = [self._batch(self.batch_size)] * (full if full <= 4 else 1)
        rest = len(self.dataset) % self.batch_size
        if rest != 0 and not self.drop_last:
            batches.append(self._batch(rest))
        return iter(batches)
