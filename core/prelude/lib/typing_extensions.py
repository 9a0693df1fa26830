# Describes typing_extensions: the names of typing.
from typing import (
    Annotated, Any, AsyncGenerator, AsyncIterator, Awaitable, Callable, ClassVar, Concatenate, ContextManager, Coroutine, Counter, DefaultDict,
    Deque, Dict, Final, Generic, Iterable, Iterator, List, Literal, LiteralString, Mapping, NamedTuple, Never, NewType, NoReturn, NotRequired,
    Optional, OrderedDict, ParamSpec, Protocol, Required, Self, Sequence, Set, SupportsIndex, TYPE_CHECKING, Text, Tuple, Type, TypeAlias,
    TypedDict, TypeGuard, TypeVar, TypeVarTuple, Union, Unpack, assert_never, assert_type, cast, dataclass_transform, final, get_args,
    get_origin, get_overloads, get_type_hints, no_type_check, overload, override, reveal_type, runtime_checkable,
)

runtime = runtime_checkable
TypeIs = TypeGuard
ReadOnly = Required
Buffer = Any


def deprecated(message, *, category=None, stacklevel=1):
    return lambda obj: obj
