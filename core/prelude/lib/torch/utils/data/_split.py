# Describes torch.utils.data.random_split: which items fall where changes no type.


def random_split(dataset, lengths, generator=None):
    from torch.utils.data.dataset import Subset
    count = len(dataset)
    sizes = [int(count * length) if isinstance(length, float) else length for length in lengths]
    return [Subset(dataset, range(size)) for size in sizes]
