# Describes json: texts that come from files are not known.
import _trident


class JSONDecodeError(ValueError):
    pass


class JSONEncoder:
    pass


class JSONDecoder:
    pass


def load(fp, **kwargs):
    return _trident.unknown('content of a file')


def loads(s, **kwargs):
    return _trident.unknown('json text')


def dump(obj, fp, **kwargs):
    return None


def dumps(obj, **kwargs):
    return _trident.unknown('json text')
