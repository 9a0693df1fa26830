# Describes types.
import _trident
from _trident import (
    BuiltinFunctionType, EllipsisType, FunctionType, GeneratorType, GenericAlias, MethodType, ModuleType, NoneType,
    SimpleNamespace,
)

LambdaType = FunctionType
DynamicClassAttribute = property
BuiltinMethodType = BuiltinFunctionType
UnionType = _trident.unknown('types.UnionType')
CodeType = _trident.unknown('types.CodeType')
FrameType = _trident.unknown('types.FrameType')
TracebackType = _trident.unknown('types.TracebackType')
MethodWrapperType = _trident.unknown('types.MethodWrapperType')
WrapperDescriptorType = _trident.unknown('types.WrapperDescriptorType')


def MappingProxyType(mapping):
    return mapping


def new_class(name, bases=(), kwds=None, exec_body=None):
    return _trident.unknown('class made at run time')


def coroutine(func):
    return func
