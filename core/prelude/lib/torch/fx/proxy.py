# Describes torch.fx.proxy: nothing is traced, so that no value is a proxy.
import _trident
from torch.fx import Proxy


class Attribute(Proxy):
    pass


def __getattr__(name):
    return _trident.unknown('torch.fx')
