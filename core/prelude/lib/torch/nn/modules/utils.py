# Spreads one size over the spatial dims of a layer.


def _ntuple(n, name='parse'):
    def spread(value):
        if isinstance(value, (tuple, list)):
            return tuple(value)
        return (value,) * n

    return spread


def _single(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def _triple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value, value)


def _quadruple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value, value, value)


def _reverse_repeat_tuple(t, n):
    return tuple([value for value in reversed(t) for _ in range(n)])


def consume_prefix_in_state_dict_if_present(state_dict, prefix):
    for key in list(state_dict.keys()):
        if key.startswith(prefix):
            state_dict[key[len(prefix):]] = state_dict.pop(key)
