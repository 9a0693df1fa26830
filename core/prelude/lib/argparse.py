# Describes argparse: a program that is started without arguments, whose switches are not known.
import _trident

SUPPRESS = '==SUPPRESS=='
REMAINDER = '...'
OPTIONAL = '?'
ZERO_OR_MORE = '*'
ONE_OR_MORE = '+'


def __getattr__(name):
    return _trident.unknown('command line')


class ArgumentError(Exception):
    pass


class ArgumentTypeError(Exception):
    pass


class Namespace:
    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __contains__(self, key):
        return hasattr(self, key)


# Of a parser that was given what is not followed: any name may be in it.
class _OpenNamespace(Namespace):
    def __getattr__(self, name):
        return _trident.unknown('command line')


# A default that is empty, negative or absent usually stands for "not given", and a switch is there to be turned: neither is relied on.
def _value(default):
    if isinstance(default, str) and default:
        return default
    if isinstance(default, (int, float)) and not isinstance(default, bool) and default > 0:
        return default
    if isinstance(default, (list, tuple)) and default:
        return default
    return _trident.unknown('command line')


def _of_type(type, default):
    if isinstance(default, str) and type in (int, float):
        return type(default)
    if type is None or type in (int, float, str):
        return default
    return type(default) if isinstance(default, str) else default


class ArgumentParser:
    def __init__(self, *args, parents=(), **kwargs):
        self._values = {}
        self._open = len(parents) > 0 or type(self) is not ArgumentParser

    def add_argument(self, *names, action='store', dest=None, default=None, type=None, **kwargs):
        if dest is None:
            for name in names:
                if not isinstance(name, str):
                    self._open = True
                    return None
                if dest is None or (name[:2] == '--' and dest[:2] != '--'):
                    dest = name
        if not isinstance(dest, str):
            self._open = True
            return None
        # An action of the program's own may set other names as well.
        self._open |= not isinstance(action, str)
        if action not in ('help', 'version'):
            self._values[dest.lstrip('-').replace('-', '_')] = _value(_of_type(type, default)) if action == 'store' else _trident.unknown('command line')
        return None

    def add_argument_group(self, *args, **kwargs):
        return self

    def add_mutually_exclusive_group(self, *args, **kwargs):
        return self

    def add_subparsers(self, *args, **kwargs):
        self._open = True
        return _trident.unknown('command line')

    def set_defaults(self, **kwargs):
        for name, value in kwargs.items():
            self._values[name] = _value(value)

    def get_default(self, dest):
        return self._values.get(dest)

    def parse_args(self, args=None, namespace=None):
        if args is not None or namespace is not None:
            return _trident.unknown('command line')
        return _OpenNamespace(**self._values) if self._open else Namespace(**self._values)

    def parse_known_args(self, args=None, namespace=None):
        return self.parse_args(args, namespace), _trident.unknown('command line')

    def parse_intermixed_args(self, args=None, namespace=None):
        return self.parse_args(args, namespace)

    def print_help(self, file=None):
        return None

    def print_usage(self, file=None):
        return None

    def format_help(self):
        return _trident.unknown('command line')

    def error(self, message):
        raise SystemExit(message)

    def exit(self, status=0, message=None):
        raise SystemExit(status)
