# Describes typing. The forms that are subscripted are native; what they say about tensors is read by the interpreter.
from _trident import (
    AbstractSet, Annotated, Any, AnyStr, AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, BinaryIO, Callable, ChainMap, ClassVar,
    Collection, Concatenate, Container, ContextManager, Coroutine, Counter, DefaultDict, Deque, Dict, Final, ForwardRef, FrozenSet, Generator,
    Generic, Hashable, IO, ItemsView, Iterable, Iterator, KeysView, List, Literal, LiteralString, Mapping, Match, MutableMapping,
    MutableSequence, MutableSet, NamedTuple, Never, NewType, NoReturn, NotRequired, Optional, OrderedDict, ParamSpec, Pattern, Protocol,
    Required, Reversible, Self, Sequence, Set, Sized, SupportsAbs, SupportsFloat, SupportsIndex, SupportsInt, SupportsRound, Text, TextIO,
    Tuple, Type, TypeAlias, TypeGuard, TypeVar, TypeVarTuple, Union, Unpack, ValuesView,
)
import _trident

TYPE_CHECKING = False


class TypedDict:
    def __new__(cls, *args, **kwargs):
        if cls is TypedDict:
            return _trident.unknown('a class made at run time')
        return dict(*args, **kwargs)

    def __init_subclass__(cls, **kwargs):
        return None


def cast(typ, val):
    return val


def overload(func):
    return func


def final(f):
    return f


def override(method):
    return method


def no_type_check(arg):
    return arg


def runtime_checkable(cls):
    return cls


def dataclass_transform(**kwargs):
    return lambda cls: cls


def assert_type(val, typ):
    return val


def reveal_type(obj):
    return obj


def assert_never(arg):
    raise AssertionError('Expected code to be unreachable')


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    return _trident.get_type_hints(obj)


def get_origin(tp):
    return _trident.unknown('type hints')


def get_args(tp):
    return _trident.unknown('type hints')


def get_overloads(func):
    return []


def is_typeddict(tp):
    return _trident.unknown('type hints')
