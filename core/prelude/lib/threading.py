# Describes threading: locks are always free, and what other threads do is not followed.
import _trident


class Lock:
    def acquire(self, blocking=True, timeout=-1):
        return True

    def release(self):
        return None

    def locked(self):
        return False

    def __enter__(self):
        return True

    def __exit__(self, exc_type, exc_value, traceback):
        return None


class RLock(Lock):
    pass


class Semaphore(Lock):
    def __init__(self, value=1):
        self.value = value


class BoundedSemaphore(Semaphore):
    pass


class Condition(Lock):
    def __init__(self, lock=None):
        self.lock = lock

    def wait(self, timeout=None):
        return _trident.unknown('other threads')

    def wait_for(self, predicate, timeout=None):
        return _trident.unknown('other threads')

    def notify(self, n=1):
        return None

    def notify_all(self):
        return None


class Event:
    def is_set(self):
        return _trident.unknown('other threads')

    def set(self):
        return None

    def clear(self):
        return None

    def wait(self, timeout=None):
        return _trident.unknown('other threads')


class local:
    pass


class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        self.name = name
        self.daemon = daemon

    def start(self):
        return None

    def join(self, timeout=None):
        return None

    def is_alive(self):
        return _trident.unknown('other threads')


class Timer(Thread):
    def __init__(self, interval, function, args=None, kwargs=None):
        self.interval = interval

    def cancel(self):
        return None


def current_thread():
    return _trident.unknown('other threads')


def main_thread():
    return _trident.unknown('other threads')


def get_ident():
    return _trident.unknown('other threads')


def active_count():
    return _trident.unknown('other threads')


def enumerate():
    return _trident.unknown('other threads')
