# Describes dataclasses. `dataclass` is native: it gives the class __init__, __eq__ and `__dataclass_fields__` (name to Field).
import _trident
from _trident import MISSING, Field, InitVar, KW_ONLY, dataclass, field


class FrozenInstanceError(AttributeError):
    pass


def fields(class_or_instance):
    return tuple(class_or_instance.__dataclass_fields__.values())


def is_dataclass(obj):
    return hasattr(obj, '__dataclass_fields__')


# Fields that hold dataclasses are kept as they are: what an unknown value would become could be anything.
def asdict(obj, *, dict_factory=dict):
    return dict_factory([(f.name, getattr(obj, f.name)) for f in fields(obj)])


def astuple(obj, *, tuple_factory=tuple):
    return tuple_factory([getattr(obj, f.name) for f in fields(obj)])


def replace(obj, /, **changes):
    values = _trident.init_values(obj)
    values.update(changes)
    return type(obj)(**values)


def make_dataclass(cls_name, fields, *, bases=(), **kwargs):
    return _trident.unknown('class made at run time')
