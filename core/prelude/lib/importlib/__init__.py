# Describes importlib. `import_module` is native for known names.
import _trident
from _trident import import_module


def reload(module):
    return module


def invalidate_caches():
    return None
