# Describes torch.nn.utils.rnn. A packed sequence remembers the shape that it was padded to.
import _trident
import torch


class PackedSequence:
    def __init__(self, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        self.data = data
        self.batch_sizes = batch_sizes
        self.sorted_indices = sorted_indices
        self.unsorted_indices = unsorted_indices
        self.padded = None

    def __getitem__(self, index):
        return (self.data, self.batch_sizes, self.sorted_indices, self.unsorted_indices)[index]

    def __iter__(self):
        return iter([self.data, self.batch_sizes, self.sorted_indices, self.unsorted_indices])

    # The number of sequences and the longest length.
    def batch_size(self):
        return _trident.unknown('packed sequence') if self.padded is None else self.padded[0]

    def longest(self):
        return _trident.unknown('packed sequence') if self.padded is None else self.padded[1]

    def _with(self, data):
        packed = PackedSequence(data, self.batch_sizes, self.sorted_indices, self.unsorted_indices)
        packed.padded = self.padded
        return packed

    def to(self, *args, **kwargs):
        return self._with(self.data.to(*args, **kwargs))

    def cuda(self, *args, **kwargs):
        return self

    def cpu(self):
        return self

    def float(self):
        return self._with(self.data.float())

    def half(self):
        return self._with(self.data.half())

    def double(self):
        return self._with(self.data.double())


def _lengths(lengths):
    if isinstance(lengths, (list, tuple)) and len(lengths) > 0:
        return max(lengths), sum(lengths)
    return _trident.unknown('sequence lengths'), _trident.unknown('sequence lengths')


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    batch = input.size(0 if batch_first else 1)
    longest, total = _lengths(lengths)
    data = input.new_empty((total,) + tuple(input.shape[2:]))
    indices = None if enforce_sorted else torch.empty((batch,), dtype=torch.int64)
    packed = PackedSequence(data, torch.empty((longest,), dtype=torch.int64), indices, indices)
    packed.padded = (batch, longest)
    return packed


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    batch = sequence.batch_size()
    length = sequence.longest() if total_length is None else total_length
    lead = (batch, length) if batch_first else (length, batch)
    return sequence.data.new_empty(lead + tuple(sequence.data.shape[1:])), torch.empty((batch,), dtype=torch.int64)


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side='right'):
    if isinstance(sequences, torch.Tensor):
        sequences = sequences.unbind(0)
    longest = max([sequence.size(0) for sequence in sequences])
    lead = (len(sequences), longest) if batch_first else (longest, len(sequences))
    return sequences[0].new_empty(lead + tuple(sequences[0].shape[1:]))


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    return _trident.unknown('sequence lengths')


def pack_sequence(sequences, enforce_sorted=True):
    return pack_padded_sequence(pad_sequence(sequences), [sequence.size(0) for sequence in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences):
    return _trident.unknown('sequence lengths')


def invert_permutation(permutation):
    return permutation
