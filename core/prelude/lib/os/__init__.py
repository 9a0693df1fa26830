# Describes os. Environment variables count as not set when a default is asked for; the disk is not known.
import _trident
from os import path

name = 'posix'
sep = '/'
altsep = None
extsep = '.'
pathsep = ':'
linesep = '\n'
curdir = '.'
pardir = '..'
devnull = '/dev/null'
PathLike = _trident.unknown('os.PathLike')
error = OSError


class _Environment:
    def get(self, key, default=None):
        return _trident.environment(default)

    def setdefault(self, key, value):
        return value

    def pop(self, key, default=None):
        return default

    def update(self, *args, **kwargs):
        return None

    def copy(self):
        return self

    def keys(self):
        return _trident.unknown('environment variable')

    def items(self):
        return _trident.unknown('environment variable')

    def __getitem__(self, key):
        return _trident.unknown('environment variable')

    def __setitem__(self, key, value):
        return None

    def __delitem__(self, key):
        return None

    def __contains__(self, key):
        return _trident.environment(False)


environ = _Environment()


def getenv(key, default=None):
    return _trident.environment(default)


def putenv(key, value):
    return None


def fspath(path):
    return path


def getcwd():
    return _trident.unknown('current folder')


def listdir(path='.'):
    return _trident.unknown('content of the disk')


def scandir(path='.'):
    return _trident.unknown('content of the disk')


def walk(top, topdown=True, onerror=None, followlinks=False):
    return _trident.unknown('content of the disk')


def stat(path):
    return _trident.unknown('content of the disk')


def makedirs(name, mode=0o777, exist_ok=False):
    return None


def mkdir(path, mode=0o777):
    return None


def remove(path):
    return None


def unlink(path):
    return None


def rename(src, dst):
    return None


def replace(src, dst):
    return None


def rmdir(path):
    return None


def chdir(path):
    return None


def chmod(path, mode):
    return None


def symlink(src, dst):
    return None


def link(src, dst):
    return None


def access(path, mode):
    return _trident.unknown('content of the disk')


def system(command):
    return _trident.unknown('another program')


def popen(command):
    return _trident.unknown('another program')


def getpid():
    return _trident.unknown('process')


def cpu_count():
    return _trident.unknown('number of processors')


def sched_getaffinity(pid):
    return _trident.unknown('number of processors')


def urandom(size):
    return _trident.unknown('random bytes')


def uname():
    return _trident.unknown('operating system')
