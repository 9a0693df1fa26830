# Describes importlib.metadata: which packages are installed is not known.
import _trident


class PackageNotFoundError(ModuleNotFoundError):
    pass


def version(distribution_name):
    return _trident.unknown('installed packages')


def metadata(distribution_name):
    return _trident.unknown('installed packages')


def packages_distributions():
    return _trident.unknown('installed packages')


def entry_points(**params):
    return _trident.unknown('installed packages')
