# Describes importlib.util. Which packages there are is asked of the environment that Trident reads.
import _trident


class _Spec:
    def __init__(self, name):
        self.name = name
        self.origin = _trident.unknown('place of a package')
        self.loader = _trident.unknown('loader of a package')
        self.submodule_search_locations = _trident.unknown('place of a package')


def find_spec(name, package=None):
    return _Spec(name) if _trident.module_exists(name) else None


def module_from_spec(spec):
    return _trident.unknown('module made at run time')


def spec_from_file_location(name, location=None, **kwargs):
    return _trident.unknown('module made at run time')
