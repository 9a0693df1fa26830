# Describes importlib.metadata: only torch's version is known, since Trident follows that one.
import _trident


class PackageNotFoundError(ModuleNotFoundError):
    pass


def version(distribution_name):
    if distribution_name == 'torch':
        return '2.11.0'
    if not _trident.module_exists(distribution_name.replace('-', '_')):
        raise PackageNotFoundError(distribution_name)
    return _trident.unknown('version of a package')


def metadata(distribution_name):
    return _trident.unknown('version of a package')


def distribution(distribution_name):
    return _trident.unknown('version of a package')


def packages_distributions():
    return {}


def entry_points(**params):
    return _trident.unknown('installed packages')
