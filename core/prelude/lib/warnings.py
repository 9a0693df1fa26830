# Describes warnings: a warning changes nothing.
import _trident


class catch_warnings:
    def __init__(self, *, record=False, module=None, action=None, category=Warning, lineno=0, append=False):
        self.record = record

    def __enter__(self):
        return _trident.unknown('the warnings that a block gives') if self.record else None

    def __exit__(self, exc_type, exc_value, traceback):
        return None


def warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=()):
    return None


def warn_explicit(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None):
    return None


def filterwarnings(action, message='', category=Warning, module='', lineno=0, append=False):
    return None


def simplefilter(action, category=Warning, lineno=0, append=False):
    return None


def resetwarnings():
    return None


def formatwarning(message, category, filename, lineno, line=None):
    return str(message)


def deprecated(message, *, category=None, stacklevel=1):
    return lambda obj: obj
