# Describes importlib.util: which packages are installed is not known.
import _trident


def find_spec(name, package=None):
    return _trident.unknown('installed packages')


def module_from_spec(spec):
    return _trident.unknown('module made at run time')


def spec_from_file_location(name, location=None, **kwargs):
    return _trident.unknown('module made at run time')
