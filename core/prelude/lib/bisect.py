# Describes bisect.


def bisect_left(a, x, lo=0, hi=None, *, key=None):
    values = [item if key is None else key(item) for item in a]
    return lo + len([value for value in values[lo:hi] if value < x])


def bisect_right(a, x, lo=0, hi=None, *, key=None):
    values = [item if key is None else key(item) for item in a]
    return lo + len([value for value in values[lo:hi] if not x < value])


bisect = bisect_right


def insort_right(a, x, lo=0, hi=None, *, key=None):
    a.insert(bisect_right(a, x if key is None else key(x), lo, hi, key=key), x)


insort = insort_right
