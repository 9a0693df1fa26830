# Describes contextlib. A function with `yield` runs to its end when the context is entered: what it does afterwards is done before.


class AbstractContextManager:
    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        return None


class ContextDecorator:
    def __call__(self, func):
        return func


class nullcontext(AbstractContextManager):
    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result


class suppress(AbstractContextManager):
    def __init__(self, *exceptions):
        self._exceptions = exceptions

    def __exit__(self, exc_type, exc_value, traceback):
        return exc_type is not None and issubclass(exc_type, self._exceptions)


class closing(AbstractContextManager):
    def __init__(self, thing):
        self.thing = thing

    def __enter__(self):
        return self.thing


class redirect_stdout(AbstractContextManager):
    def __init__(self, new_target):
        self.target = new_target

    def __enter__(self):
        return self.target


class redirect_stderr(redirect_stdout):
    pass


class ExitStack(AbstractContextManager):
    def __init__(self):
        self.callbacks = []

    def enter_context(self, cm):
        return cm.__enter__()

    def push(self, exit):
        return exit

    def callback(self, callback, *args, **kwds):
        return callback

    def pop_all(self):
        return self

    def close(self):
        return None


class _Yielded(ContextDecorator):
    def __init__(self, func, args, kwargs):
        self.func = func
        self.args = args
        self.kwargs = kwargs

    def __enter__(self):
        items = list(self.func(*self.args, **self.kwargs))
        return items[0] if items else None

    def __exit__(self, exc_type, exc_value, traceback):
        return None


def contextmanager(func):
    def helper(*args, **kwargs):
        return _Yielded(func, args, kwargs)

    return helper


asynccontextmanager = contextmanager
