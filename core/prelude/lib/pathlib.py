# Describes pathlib on known strings; the disk is not known.
import _trident
from os import path as _path


class PurePath:
    def __init__(self, *args, **kwargs):
        self._text = _path.join(*[str(arg) for arg in args]) if args else '.'

    def __str__(self):
        return self._text

    def __fspath__(self):
        return self._text

    def __truediv__(self, key):
        return type(self)(self._text, str(key))

    def __rtruediv__(self, key):
        return type(self)(key, self._text)

    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text

    @property
    def name(self):
        return _path.basename(self._text)

    @property
    def stem(self):
        return _path.splitext(_path.basename(self._text))[0]

    @property
    def suffix(self):
        return _path.splitext(self._text)[1]

    @property
    def suffixes(self):
        return ['.' + part for part in self.name.lstrip('.').split('.')[1:]]

    @property
    def parent(self):
        return type(self)(_path.dirname(self._text) or '.')

    @property
    def parents(self):
        return _trident.unknown('pathlib parents')

    @property
    def parts(self):
        return tuple([part for part in self._text.split('/') if part])

    def as_posix(self):
        return self._text

    def is_absolute(self):
        return self._text.startswith('/')

    def joinpath(self, *args):
        return type(self)(self._text, *args)

    def with_name(self, name):
        return type(self)(_path.join(_path.dirname(self._text), name))

    def with_suffix(self, suffix):
        return type(self)(_path.splitext(self._text)[0] + suffix)

    def relative_to(self, *other):
        return _trident.unknown('relative path')


class Path(PurePath):
    @classmethod
    def cwd(cls):
        return _trident.unknown('current folder')

    @classmethod
    def home(cls):
        return _trident.unknown('home folder')

    def exists(self):
        return _trident.unknown('content of the disk')

    def is_file(self):
        return _trident.unknown('content of the disk')

    def is_dir(self):
        return _trident.unknown('content of the disk')

    def stat(self):
        return _trident.unknown('content of the disk')

    def glob(self, pattern):
        return _trident.unknown('content of the disk')

    def rglob(self, pattern):
        return _trident.unknown('content of the disk')

    def iterdir(self):
        return _trident.unknown('content of the disk')

    def open(self, mode='r', buffering=-1, encoding=None, errors=None, newline=None):
        return _trident.unknown('content of a file')

    def read_text(self, encoding=None, errors=None):
        return _trident.unknown('content of a file')

    def read_bytes(self):
        return _trident.unknown('content of a file')

    def write_text(self, data, encoding=None, errors=None, newline=None):
        return _trident.unknown('content of a file')

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        return None

    def unlink(self, missing_ok=False):
        return None

    def resolve(self, strict=False):
        return self

    def absolute(self):
        return self

    def expanduser(self):
        return self


class PurePosixPath(PurePath):
    pass


class PosixPath(Path):
    pass
