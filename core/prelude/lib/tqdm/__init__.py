# Describes tqdm: a progress bar hands its items on.
import _trident


def tqdm(iterable=None, *args, **kwargs):
    if iterable is None:
        return _trident.unknown('progress bar')
    return iterable


def trange(*args, **kwargs):
    return range(*args)
