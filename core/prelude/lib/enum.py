# Describes enum. Enum is native: members are instances with `name` and `value`, a class iterates over its members.
from _trident import Enum, EnumMeta, auto


class IntEnum(int, Enum):
    pass


class StrEnum(str, Enum):
    pass


class Flag(Enum):
    def __bool__(self):
        return bool(self.value)


class IntFlag(int, Flag):
    pass


EnumType = EnumMeta


def unique(enumeration):
    return enumeration


def member(obj):
    return obj


def nonmember(obj):
    return obj


def verify(*checks):
    return unique


def global_enum(cls):
    return cls
