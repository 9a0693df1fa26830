# Describes time: the clock is not known.
import _trident


def time():
    return _trident.unknown('clock')


def time_ns():
    return _trident.unknown('clock')


def perf_counter():
    return _trident.unknown('clock')


def perf_counter_ns():
    return _trident.unknown('clock')


def monotonic():
    return _trident.unknown('clock')


def process_time():
    return _trident.unknown('clock')


def sleep(seconds):
    return None


def strftime(format, t=None):
    return _trident.unknown('clock')


def localtime(seconds=None):
    return _trident.unknown('clock')


def gmtime(seconds=None):
    return _trident.unknown('clock')
