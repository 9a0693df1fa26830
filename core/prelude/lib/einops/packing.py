# Describes einops.pack and einops.unpack.
import torch
from einops.einops import EinopsError


def _place(pattern):
    names = pattern.split()
    if names.count('*') != 1:
        raise EinopsError(f'No *-axis in pattern "{pattern}"')
    at = names.index('*')
    return at, len(names) - at - 1


def _product(sizes):
    total = 1
    for size in sizes:
        total = total * size
    return total


def pack(tensors, pattern):
    before, after = _place(pattern)
    parts = []
    shapes = []
    for tensor in tensors:
        if tensor.dim() < before + after:
            raise EinopsError(f'packed tensor has only {tensor.dim()} dims, while pattern "{pattern}" assumes at least {before + after} axes')
        shape = tuple(tensor.shape)
        end = len(shape) - after
        shapes.append(shape[before:end])
        parts.append(tensor.reshape(shape[:before] + (_product(shape[before:end]),) + shape[end:]))
    return torch.cat(parts, before), shapes


def unpack(tensor, packed_shapes, pattern):
    before, after = _place(pattern)
    if tensor.dim() != before + after + 1:
        raise EinopsError(f'unpack expects tensor of {before + after + 1} dims, got {tensor.dim()}')
    shape = tuple(tensor.shape)
    sizes = [-1 if -1 in tuple(packed) else _product(packed) for packed in packed_shapes]
    if -1 in sizes:
        sizes[sizes.index(-1)] = shape[before] - sum([size for size in sizes if size != -1])
    parts = tensor.split(sizes, before)
    return [parts[i].reshape(shape[:before] + tuple(packed_shapes[i]) + shape[before + 1:]) for i in range(len(parts))]
