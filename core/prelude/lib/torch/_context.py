# Holds the context manager that changes nothing about shapes: it works in `with` and as a decorator.


class Context:
    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        return None

    def __call__(self, func):
        return func

    def clone(self):
        return self


def context_or_decorator(func=None):
    if callable(func):
        return func
    return Context()
