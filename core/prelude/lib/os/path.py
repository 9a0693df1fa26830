# Describes os.path on known strings; the disk is not known.
import _trident

sep = '/'


def join(path, *paths):
    for part in paths:
        if part.startswith('/'):
            path = part
        elif path == '' or path.endswith('/'):
            path = path + part
        else:
            path = path + '/' + part
    return path


def split(p):
    head, slash, tail = p.rpartition('/')
    return head or slash, tail


def basename(p):
    return p.rpartition('/')[2]


def dirname(p):
    head, slash, tail = p.rpartition('/')
    return head or slash


def splitext(p):
    folder, slash, name = p.rpartition('/')
    stem, dot, extension = name.rpartition('.')
    if stem.strip('.') == '':
        return p, ''
    return folder + slash + stem, dot + extension


def isabs(s):
    return s.startswith('/')


def exists(path):
    return _trident.unknown('content of the disk')


def isfile(path):
    return _trident.unknown('content of the disk')


def isdir(path):
    return _trident.unknown('content of the disk')


def islink(path):
    return _trident.unknown('content of the disk')


def getsize(filename):
    return _trident.unknown('content of the disk')


def getmtime(filename):
    return _trident.unknown('content of the disk')


def abspath(path):
    return path


def realpath(filename, *, strict=False):
    return filename


def normpath(path):
    return path


def expanduser(path):
    return path


def expandvars(path):
    return path


def relpath(path, start=None):
    return path


def normcase(s):
    return s


def commonpath(paths):
    return _trident.unknown('os.path.commonpath')


def commonprefix(m):
    return _trident.unknown('os.path.commonprefix')
