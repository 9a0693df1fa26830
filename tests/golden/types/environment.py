# What the environment lacks or says is no mistake of the text; what decorators that are not found do is not known.
import os
from typing import TypedDict

try:
    import not_installed
    from not_installed import command
    SETTING = not_installed.setting
except ImportError:
    not_installed = None
    command = lambda function: function

if os.environ.get('A_SETTING_OF_NO_ONE'):
    WIDTH = 3


class Options(TypedDict, total=False):
    width: int


class attribute_of_class(property):
    def __get__(self, instance, owner):
        return self.fget(owner)


class Model:
    @attribute_of_class
    def name(cls):
        return cls.__name__

    @classmethod
    def build(cls):
        return cls()

    wraps = isinstance(build, classmethod)


def width_of(options: Options):
    return options['width'] + WIDTH


options = Options(width=3)
if not os.environ.get('A_SETTING_OF_NO_ONE'):
    spec = __spec__


def launched():
    return 'A_SETTING_OF_NO_ONE' in os.environ


def main():
    if not launched():
        raise RuntimeError('start this with a launcher')


try:
    main()
except RuntimeError:
    pass
