# Describes sys of the Python that Trident follows: CPython 3.11 on Linux.
import _trident
from collections import namedtuple


# A module that is asked for by name is imported: code asks for the one it is in.
class _Modules:
    def __getitem__(self, key):
        return _trident.import_module(key)

    def get(self, key, default=None):
        return _trident.import_module(key)

    def __setitem__(self, key, value):
        return None

    def __contains__(self, key):
        return _trident.unknown('loaded modules')

    def keys(self):
        return _trident.unknown('loaded modules')

    def pop(self, key, default=None):
        return default


version_info = namedtuple('version_info', 'major minor micro releaselevel serial')(3, 11, 0, 'final', 0)
version = '3.11.0'
hexversion = 0x030B00F0
platform = 'linux'
byteorder = 'little'
maxsize = 9223372036854775807
maxunicode = 1114111
executable = _trident.unknown('sys.executable')
implementation = _trident.unknown('sys.implementation')
float_info = _trident.unknown('sys.float_info')
flags = _trident.unknown('sys.flags')
argv = _trident.unknown('command line')
path = _trident.unknown('sys.path')
modules = _Modules()
stdin = _trident.unknown('standard input')
stdout = _trident.unknown('standard output')
stderr = _trident.unknown('standard output')
__stdout__ = stdout
__stderr__ = stderr


def exit(status=None):
    raise SystemExit(status)


def exc_info():
    return _trident.unknown('exception')


def getsizeof(obj, default=None):
    return _trident.unknown('size of an object')


def getrecursionlimit():
    return 1000


def setrecursionlimit(limit):
    return None


def getdefaultencoding():
    return 'utf-8'


def _getframe(depth=0):
    return _trident.unknown('stack frame')


def intern(string):
    return string


def is_finalizing():
    return False


def gettrace():
    return None
