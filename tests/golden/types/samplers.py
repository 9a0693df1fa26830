# A loader has the sampler and the batches that PyTorch makes for it.
import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

loader = DataLoader(TensorDataset(torch.zeros(10, 3)), batch_size=4, shuffle=True)
batches = torch.zeros(len(loader), len(loader.batch_sampler), len(loader.sampler))
# <- type: f32[3, 3, 10]
random = torch.zeros(2 if isinstance(loader.sampler, RandomSampler) else 3)
# <- type: f32[2]
plain = DataLoader(TensorDataset(torch.zeros(10, 3)), batch_size=None)
none = torch.zeros(2 if plain.batch_sampler is None else 3)
# <- type: f32[2]
dropping = torch.zeros(len(DataLoader(TensorDataset(torch.zeros(10, 3)), batch_size=4, drop_last=True).batch_sampler))
# <- type: f32[2]
