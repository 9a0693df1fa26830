# Describes the functions of einops in terms of reshape, permute and reductions.
import torch


class EinopsError(RuntimeError):
    _slug = 'einops-pattern'


# One side of a pattern as a list of groups of names; "1" and "()" are the empty group, other numbers are axes of their own,
# an ellipsis outside brackets is None.
def groups_of(side, sizes, mark):
    groups = []
    inside = None
    for token in side.replace('(', ' ( ').replace(')', ' ) ').replace('\u2026', '...').split():
        if token == '(':
            if inside is not None:
                raise EinopsError('Axis composition is one-level (brackets inside brackets not allowed)')
            inside = []
        elif token == ')':
            if inside is None:
                raise EinopsError('Brackets are not balanced')
            groups.append(inside)
            inside = None
        elif token == '1':
            if inside is None:
                groups.append([])
        elif token == '...' and inside is None:
            groups.append(None)
        else:
            if token.isdigit():
                name = mark + str(len(groups)) + '_' + str(0 if inside is None else len(inside))
                sizes[name] = int(token)
                token = name
            if inside is None:
                groups.append([token])
            else:
                inside.append(token)
    if inside is not None:
        raise EinopsError('Brackets are not balanced')
    return groups


def spread_ellipsis(groups, names):
    spread = []
    for group in groups:
        if group is None:
            spread += [[name] for name in names]
        elif '...' in group:
            spread.append([part for name in group for part in (names if name == '...' else [name])])
        else:
            spread.append(group)
    return spread


def _product(sizes):
    total = 1
    for size in sizes:
        total = total * size
    return total


# Fills in the sizes of the axes of each dim from the tensor's shape.
def solve(groups, shape, sizes, pattern):
    for i in range(len(groups)):
        group = groups[i]
        size = shape[i]
        missing = [name for name in group if name not in sizes]
        known = _product([sizes[name] for name in group if name in sizes])
        if len(missing) > 1:
            raise EinopsError(f'Could not infer sizes for {missing} in pattern "{pattern}"')
        if len(missing) == 0:
            if known != size:
                raise EinopsError(f'"{pattern}" takes size {known} in dim {i}, its input has {size}')
        else:
            if known != 1 and size % known != 0:
                raise EinopsError(f'"{pattern}" splits dim {i} in chunks of {known}, which do not divide its size {size}')
            sizes[missing[0]] = size if known == 1 else size // known


def _reduced(tensor, dims, reduction):
    if len(dims) == 0:
        return tensor
    if callable(reduction):
        return reduction(tensor, tuple(dims))
    if reduction == 'mean':
        return tensor.mean(tuple(dims))
    if reduction == 'sum':
        return tensor.sum(tuple(dims))
    if reduction == 'max':
        return tensor.amax(tuple(dims))
    if reduction == 'min':
        return tensor.amin(tuple(dims))
    if reduction not in ('prod', 'any', 'all'):
        raise EinopsError(f'Unknown reduction {reduction}. Expect one of ("min", "max", "sum", "mean", "prod", "any", "all").')
    for dim in reversed(dims):
        tensor = getattr(tensor, reduction)(dim)
    return tensor


def _sides(tensor, pattern, sizes):
    if pattern.count('->') != 1:
        raise EinopsError(f'Pattern "{pattern}" must hold one "->"')
    left_text, right_text = pattern.split('->')
    left = groups_of(left_text, sizes, '#l')
    right = groups_of(right_text, sizes, '#r')
    if None in left:
        extra = tensor.dim() - len(left) + 1
        if extra < 0:
            raise EinopsError(f'"{pattern}" takes at least {len(left) - 1} dims, its input has {tensor.dim()}')
        names = ['...' + str(i) for i in range(extra)]
        left = spread_ellipsis(left, names)
        right = spread_ellipsis(right, names)
    elif len(left) != tensor.dim():
        raise EinopsError(f'"{pattern}" takes {len(left)} dims, its input has {tensor.dim()}')
    return left, right


def reduce(tensor, pattern, reduction, **axes_lengths):
    if isinstance(tensor, (list, tuple)):
        tensor = torch.stack(tensor)
    sizes = dict(axes_lengths)
    left, right = _sides(tensor, pattern, sizes)
    before = [name for group in left for name in group]
    after = [name for group in right for name in group]
    if len(set(before)) != len(before) or len(set(after)) != len(after):
        raise EinopsError(f'Indexing expression contains duplicate dimension in "{pattern}"')
    for name in axes_lengths:
        if name not in before and name not in after:
            raise EinopsError(f'Axis {name} is not used in transform "{pattern}"')
    kept = [name for name in before if name in after]
    new = [name for name in after if name not in before]
    gone = [i for i in range(len(before)) if before[i] not in after]
    if reduction == 'rearrange' and (len(new) > 0 or len(gone) > 0):
        raise EinopsError(f'Identifiers only on one side of expression (should be on both) in "{pattern}"')
    if reduction == 'repeat' and len(gone) > 0:
        raise EinopsError(f'Unexpected identifiers on the left side of repeat in "{pattern}"')
    if reduction != 'repeat' and len(new) > 0:
        raise EinopsError(f'Unexpected identifiers on the right side of reduce in "{pattern}"')
    for name in new:
        if name not in sizes:
            raise EinopsError(f'Specify sizes for new axes in repeat: {new}')
    solve(left, tensor.shape, sizes, pattern)
    if len(before) != len(left) or any([len(group) != 1 for group in left]):
        tensor = tensor.reshape([sizes[name] for name in before])
    tensor = _reduced(tensor, gone, reduction)
    order = [kept.index(name) for name in after if name in kept]
    if order != list(range(len(order))):
        tensor = tensor.permute(order)
    if len(new) > 0:
        for i in range(len(after)):
            if after[i] in new:
                tensor = tensor.unsqueeze(i)
        tensor = tensor.expand([sizes[name] for name in after])
    if len(after) != len(right) or any([len(group) != 1 for group in right]):
        tensor = tensor.reshape([_product([sizes[name] for name in group]) for group in right])
    return tensor


def rearrange(tensor, pattern, **axes_lengths):
    return reduce(tensor, pattern, 'rearrange', **axes_lengths)


def repeat(tensor, pattern, **axes_lengths):
    return reduce(tensor, pattern, 'repeat', **axes_lengths)


def parse_shape(x, pattern):
    names = pattern.split()
    if '...' in names:
        at = names.index('...')
        names = names[:at] + ['_'] * (x.dim() - len(names) + 1) + names[at + 1:]
    if len(names) != x.dim():
        raise RuntimeError(f"Can't parse shape with different number of dimensions: {pattern} {x.shape}")
    return {names[i]: x.shape[i] for i in range(len(names)) if names[i] != '_'}


kLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'


def letters_of(side, table):
    text = ''
    for name in side.split():
        if name == '...':
            text += '...'
        else:
            if name not in table:
                table[name] = kLetters[len(table)]
            text += table[name]
    return text


def einsum(*tensors_and_pattern):
    pattern = tensors_and_pattern[-1]
    if not isinstance(pattern, str):
        raise ValueError('The last argument passed to `einops.einsum` must be a string, representing the einsum pattern.')
    if '->' not in pattern:
        raise ValueError('Einsum pattern must contain `->`.')
    left, right = pattern.split('->')
    known = {}
    for side, tensor in zip(left.split(','), tensors_and_pattern):
        names = side.split()
        if len(names) != tensor.ndim:
            break
        for name, size in zip(names, tensor.shape):
            if known.setdefault(name, size) != size:
                raise EinopsError(f'Axis "{name}" of "{pattern}" has size {known[name]} in one tensor and {size} in another')
    table = {}
    text = ','.join([letters_of(side, table) for side in left.split(',')]) + '->' + letters_of(right, table)
    return torch.einsum(text, *tensors_and_pattern[:-1])


def asnumpy(tensor):
    return tensor.numpy()
