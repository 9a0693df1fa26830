# Describes logging: nothing is written.
import _trident

CRITICAL = 50
FATAL = 50
ERROR = 40
WARNING = 30
WARN = 30
INFO = 20
DEBUG = 10
NOTSET = 0


class Filter:
    def __init__(self, name=''):
        self.name = name


class Formatter:
    def __init__(self, fmt=None, datefmt=None, style='%', validate=True, *, defaults=None):
        self._fmt = fmt


class Handler:
    def __init__(self, level=0, *args, **kwargs):
        self.level = level

    def setLevel(self, level):
        return None

    def setFormatter(self, fmt):
        return None

    def addFilter(self, filter):
        return None

    def flush(self):
        return None

    def close(self):
        return None


class NullHandler(Handler):
    pass


class StreamHandler(Handler):
    pass


class FileHandler(Handler):
    pass


class Logger:
    def __init__(self, name, level=0):
        self.name = name
        self.level = level
        self.handlers = _trident.unknown('logging handlers')
        self.propagate = True
        self.parent = None

    def debug(self, msg, *args, **kwargs):
        return None

    def info(self, msg, *args, **kwargs):
        return None

    def warning(self, msg, *args, **kwargs):
        return None

    def warn(self, msg, *args, **kwargs):
        return None

    def warning_once(self, msg, *args, **kwargs):
        return None

    def warning_advice(self, msg, *args, **kwargs):
        return None

    def info_once(self, msg, *args, **kwargs):
        return None

    def error(self, msg, *args, **kwargs):
        return None

    def exception(self, msg, *args, **kwargs):
        return None

    def critical(self, msg, *args, **kwargs):
        return None

    def log(self, level, msg, *args, **kwargs):
        return None

    def setLevel(self, level):
        return None

    def getEffectiveLevel(self):
        return _trident.unknown('logging level')

    def isEnabledFor(self, level):
        return _trident.unknown('logging level')

    def addHandler(self, handler):
        return None

    def removeHandler(self, handler):
        return None

    def addFilter(self, filter):
        return None

    def hasHandlers(self):
        return True

    def getChild(self, suffix):
        return Logger(suffix)


class LoggerAdapter(Logger):
    def __init__(self, logger, extra=None):
        self.logger = logger
        self.extra = extra


root = Logger('root')


def getLogger(name=None):
    return Logger('root' if name is None else name)


def getLoggerClass():
    return Logger


def basicConfig(**kwargs):
    return None


def disable(level=50):
    return None


def captureWarnings(capture):
    return None


def getLevelName(level):
    return _trident.unknown('logging level')


def addLevelName(level, name):
    return None


def debug(msg, *args, **kwargs):
    return None


def info(msg, *args, **kwargs):
    return None


def warning(msg, *args, **kwargs):
    return None


def warn(msg, *args, **kwargs):
    return None


def error(msg, *args, **kwargs):
    return None


def exception(msg, *args, **kwargs):
    return None


def critical(msg, *args, **kwargs):
    return None


def log(level, msg, *args, **kwargs):
    return None
