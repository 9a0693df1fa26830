// Types of values, isinstance, and calls of native classes.
#include "core/eval/interp.h"

#include <cmath>
#include <cstdlib>

namespace trident::eval {

Value FunctionFromCode(Interp& interp, const Args& args);  // introspection_natives.cc

ClassObj* Interp::TypeOf(const Value& value) {
  switch (value.kind) {
    case Kind::None: return NativeClass(Native::NoneType);
    case Kind::Bool: return NativeClass(Native::Bool);
    case Kind::Int: return NativeClass(Native::Int);
    case Kind::Float: return NativeClass(Native::Float);
    case Kind::Complex: return NativeClass(Native::Complex);
    case Kind::Str: return NativeClass(Native::Str);
    case Kind::Bytes: return NativeClass(Native::Bytes);
    case Kind::DType: return NativeClass(Native::DType);
    case Kind::Device: return NativeClass(Native::Device);
    case Kind::Tensor: return NativeClass(As<TensorObj>(value)->parameter ? Native::Parameter : Native::Tensor);
    case Kind::List: return NativeClass(Native::List);
    case Kind::Tuple: return NativeClass(As<ListObj>(value)->is_size ? Native::Size : Native::Tuple);
    case Kind::Dict: return NativeClass(As<DictObj>(value)->factory.defined() ? Native::DefaultDict : Native::Dict);
    case Kind::Set: return NativeClass(Native::Set);
    case Kind::Slice: return NativeClass(Native::Slice);
    case Kind::Range: return NativeClass(Native::Range);
    case Kind::Instance: return As<InstanceObj>(value)->cls;
    case Kind::Class: return NativeClass(Native::Type);
    case Kind::Function: return NativeClass(Native::Function);
    case Kind::Method: return NativeClass(Native::Method);
    case Kind::Builtin:
    case Kind::Operator: return NativeClass(Native::BuiltinFunction);
    case Kind::Module: return NativeClass(Native::Module);
    case Kind::Partial: return NativeClass(Native::Partial);
    case Kind::Property: return NativeClass(Native::Property);
    case Kind::StaticMethod: return NativeClass(Native::StaticMethod);
    case Kind::ClassMethod: return NativeClass(Native::ClassMethod);
    case Kind::Iterator: return NativeClass(Native::Iterator);
    default: return NativeClass(Native::Object);
  }
}

Value Interp::TypeValue(const Value& value) {
  if (value.unknown() || value.is(Kind::Alias)) return Lost("the type of an unknown value");
  if (value.is(Kind::Class) && As<ClassObj>(value)->metaclass.is(Kind::Class)) return As<ClassObj>(value)->metaclass;
  return Value::Obj(TypeOf(value));
}

// isinstance against the abstract classes of collections.abc, numbers and typing, by name.
static Tri IsAbstract(Interp& interp, const Value& value, llvm::StringRef name) {
  if (value.unknown() || value.guess()) return Tri::Unknown;
  bool sequence = value.is(Kind::List) || value.is(Kind::Tuple) || value.is(Kind::Str) || value.is(Kind::Range) || value.is(Kind::Bytes);
  bool mapping = value.is(Kind::Dict);
  bool number = value.is(Kind::Int) || value.is(Kind::Bool);
  if (value.is(Kind::Instance)) {
    auto* instance = As<InstanceObj>(value);
    if (instance->payload.defined() && !instance->cls->is_enum) {
      if (IsAbstract(interp, instance->payload, name) == Tri::True) return Tri::True;
    }
    auto has = [&](const char* method) { return interp.FindInClass(instance->cls, Intern(method)).defined(); };
    if (instance->cls->unknown_base) return Tri::Unknown;
    for (ClassObj* base : instance->cls->mro) {
      for (const Value& parent : base->bases) {
        if (parent.is(Kind::Alias) && Text(As<AliasObj>(parent)->name) == name) return Tri::True;
      }
    }
    if (name == "Iterable" || name == "Collection") return ToTri(has("__iter__"));
    if (name == "Iterator") return ToTri(has("__next__"));
    if (name == "Sized") return ToTri(has("__len__"));
    if (name == "Container") return ToTri(has("__contains__"));
    if (name == "Callable") return ToTri(has("__call__") || instance->cls->is_nn_module);
    if (name == "Hashable") return Tri::True;
    if (name == "Sequence" || name == "Mapping" || name == "MutableMapping" || name == "MutableSequence" || name == "Set" || name == "Number" || name == "Real" ||
        name == "Integral") {
      return Tri::False;
    }
    return Tri::Unknown;
  }
  if (name == "Iterable" || name == "Collection" || name == "Sized" || name == "Container" || name == "Reversible") {
    if (value.is(Kind::Iterator)) return ToTri(name == "Iterable");
    if (value.is(Kind::Class)) return ToTri(As<ClassObj>(value)->is_enum);
    return ToTri(sequence || mapping || value.is(Kind::Set) || value.is(Kind::Tensor));
  }
  if (name == "Sequence") return ToTri(sequence);
  if (name == "MutableSequence") return ToTri(value.is(Kind::List));
  if (name == "Mapping" || name == "MutableMapping") return ToTri(mapping);
  if (name == "Set" || name == "MutableSet" || name == "AbstractSet") return ToTri(value.is(Kind::Set));
  if (name == "Iterator" || name == "Generator") return ToTri(value.is(Kind::Iterator));
  if (name == "Callable") {
    return ToTri(value.is(Kind::Function) || value.is(Kind::Method) || value.is(Kind::Builtin) || value.is(Kind::Operator) || value.is(Kind::Class) || value.is(Kind::Partial));
  }
  if (name == "Hashable") return ToTri(!value.is(Kind::List) && !mapping && !value.is(Kind::Set));
  if (name == "Integral" || name == "Rational") return ToTri(number);
  if (name == "Number" || name == "Complex") return ToTri(number || value.is(Kind::Float) || value.is(Kind::Complex));
  if (name == "Real") return ToTri(number || value.is(Kind::Float));
  if (name == "Any") return Tri::Unknown;
  return Tri::Unknown;
}

Tri Interp::IsInstance(const Value& value, const Value& type) {
  switch (type.kind) {
    case Kind::Tuple: {
      Tri any = Tri::False;
      if (As<ListObj>(type)->open) return Tri::Unknown;
      for (const Value& one : As<ListObj>(type)->items) {
        Tri is = IsInstance(value, one);
        if (is == Tri::True) return is;
        if (is == Tri::Unknown) any = is;
      }
      return any;
    }
    case Kind::Alias: {
      auto* alias = As<AliasObj>(type);
      llvm::StringRef name = Text(alias->name);
      if (name == "Union" || name == "Optional") {
        Tri any = name == "Optional" && value.is(Kind::None) ? Tri::True : Tri::False;
        for (const Value& one : alias->arguments) {
          Tri is = IsInstance(value, one.is(Kind::None) ? Value::Obj(NativeClass(Native::NoneType)) : one);
          if (is == Tri::True) return is;
          if (is == Tri::Unknown) any = any == Tri::True ? any : is;
        }
        return any;
      }
      if (alias->origin.defined()) return IsInstance(value, alias->origin);
      return IsAbstract(*this, value, name);
    }
    case Kind::None: return value.unknown() ? Tri::Unknown : ToTri(value.is(Kind::None));
    case Kind::Class: break;
    default: return Tri::Unknown;
  }
  auto* cls = As<ClassObj>(type);
  if (cls->native == Native::Object) return Tri::True;
  if (value.unknown() || value.guess()) return Tri::Unknown;
  if (value.is(Kind::Tensor)) {
    auto* tensor = As<TensorObj>(value);
    if (cls->native == Native::Tensor) return Tri::True;
    if (cls->native == Native::Parameter) return ToTri(tensor->parameter);
    if (cls->native == Native::Buffer) return Tri::Unknown;
    return tensor->refinable ? Tri::Unknown : Tri::False;
  }
  if (value.is(Kind::Class) && cls->native == Native::Type) return Tri::True;
  if (value.is(Kind::Class) && cls->native == Native::None) {
    // A metaclass of the program.
    Value meta = As<ClassObj>(value)->metaclass;
    return meta.is(Kind::Class) ? ToTri(As<ClassObj>(meta)->DerivesFrom(cls)) : Tri::False;
  }
  if (value.is(Kind::Alias)) return Tri::Unknown;
  ClassObj* actual = TypeOf(value);
  if (actual->DerivesFrom(cls)) return Tri::True;
  if (value.is(Kind::Instance)) {
    auto* instance = As<InstanceObj>(value);
    if (instance->payload.defined() && cls->native != Native::None && !instance->cls->is_enum && IsInstance(instance->payload, type) == Tri::True) return Tri::True;
    if (instance->cls->is_enum && instance->cls->payload != Native::None && cls->native != Native::None) return IsInstance(instance->payload, type);
    if (instance->cls->is_namedtuple && cls->native == Native::Tuple) return Tri::True;
    if (instance->cls->unknown_base) return Tri::Unknown;
    if (cls->DerivesFrom(Native::Protocol)) return Tri::Unknown;
    Value hook = FindInClass(cls, Intern("__instancecheck__"));
    if (hook.defined()) return Tri::Unknown;
  }
  if (cls->metaclass.is(Kind::Class) && FindInClass(As<ClassObj>(cls->metaclass), Intern("__instancecheck__")).defined()) return Tri::Unknown;
  if (value.is(Kind::Dict) && cls->native == Native::OrderedDict) return As<DictObj>(value)->factory.defined() ? Tri::False : Tri::Unknown;
  if (value.is(Kind::Set) && cls->native == Native::FrozenSet) return Tri::Unknown;
  return Tri::False;
}

Tri Interp::IsSubclass(const Value& value, const Value& type) {
  if (type.is(Kind::Tuple)) {
    Tri any = Tri::False;
    for (const Value& one : As<ListObj>(type)->items) {
      Tri is = IsSubclass(value, one);
      if (is == Tri::True) return is;
      if (is == Tri::Unknown) any = is;
    }
    return any;
  }
  if (!value.is(Kind::Class) || !type.is(Kind::Class)) return Tri::Unknown;
  if (As<ClassObj>(value)->DerivesFrom(As<ClassObj>(type))) return Tri::True;
  return As<ClassObj>(value)->unknown_base ? Tri::Unknown : Tri::False;
}

namespace {

Value ToInt(Interp& interp, const Args& args) {
  if (args.positional.empty()) return Value::Int(0);
  const Value& v = args.positional[0];
  switch (v.kind) {
    case Kind::Int: return v;
    case Kind::Bool: return v.some() ? Value::SomeInt() : Value::Int(v.bits);
    case Kind::Float:
      if (v.some() || !(std::fabs(v.number) < 1e18)) return Value::SomeInt();
      return Value::Int(static_cast<int64_t>(v.number));
    case Kind::Str: {
      int64_t n;
      if (v.some() || args.positional.size() > 1) return Value::SomeInt();
      if (!v.text().trim().getAsInteger(10, n)) return Value::Int(n);
      return interp.Raise("ValueError", "invalid literal for int(): " + interp.Repr(v), "invalid-literal");
    }
    case Kind::Tensor: return As<TensorObj>(v)->contents.size() == 1 ? Value::Int(As<TensorObj>(v)->contents[0]) : Value::SomeInt();
    case Kind::Instance:
      if (As<InstanceObj>(v)->payload.defined()) {
        Args inner;
        inner.positional.push_back(As<InstanceObj>(v)->payload);
        return ToInt(interp, inner);
      }
      return Value::SomeInt();
    case Kind::None:
    case Kind::List:
    case Kind::Tuple:
    case Kind::Dict:
      return interp.Raise("TypeError", "int() does not accept '" + Text(interp.TypeOf(v)->name).str() + "'", "operand-types");
    default: return Value::SomeInt();
  }
}

Value ToFloat(Interp& interp, const Args& args) {
  if (args.positional.empty()) return Value::Float(0);
  const Value& v = args.positional[0];
  if (v.is(Kind::Float)) return v;
  if (std::optional<int64_t> n = v.AsInt()) return Value::Float(static_cast<double>(*n));
  if (v.is(Kind::Str) && !v.some()) {
    std::string text = v.text().trim().lower();
    char* end = nullptr;
    double d = std::strtod(text.c_str(), &end);
    if (end && *end == 0 && !text.empty()) return Value::Float(d);
    return interp.Raise("ValueError", "could not convert string to float: " + interp.Repr(v), "invalid-literal");
  }
  return Value::SomeFloat();
}

Value Container(Interp& interp, Kind kind, const Args& args) {
  llvm::SmallVector<Value, 16> items;
  bool open = args.open && args.positional.empty();
  if (!args.positional.empty()) {
    const Value& source = args.positional[0];
    if (!interp.Iterate(source, items, open)) return Value::Raised();
  }
  if (kind == Kind::Set) {
    DictObj* set = interp.NewDict(Kind::Set);
    for (const Value& item : items) interp.DictSet(set, item, Value::None());
    set->open |= open;
    return Value::Obj(set);
  }
  Value list = interp.NewList(items, kind);
  As<ListObj>(list)->open = open;
  return list;
}

Value ToDict(Interp& interp, const Args& args, bool has_factory) {
  DictObj* dict = interp.NewDict();
  Args update;
  size_t first = 0;
  if (has_factory) {
    dict->factory = args.positional.empty() ? Value::None() : args.positional[0];
    first = 1;
  }
  if (args.positional.size() > first) update.positional.push_back(args.positional[first]);
  update.keywords = args.keywords;
  if (interp.CallNativeMethod(Value::Obj(dict), Intern("update"), update).raised()) return Value::Raised();
  dict->open |= args.open;
  return Value::Obj(dict);
}

}  // namespace

Value Interp::InstantiateNative(ClassObj* cls, const Args& args) {
  switch (cls->native) {
    case Native::Int: return ToInt(*this, args);
    case Native::Float: return ToFloat(*this, args);
    case Native::Bool: {
      if (args.positional.empty()) return Value::Bool(false);
      Tri truth = Truth(args.positional[0]);
      return truth == Tri::Unknown ? Value::SomeBool() : Value::Bool(truth == Tri::True);
    }
    case Native::Complex: return Value::Of(Kind::Complex);
    case Native::Str: {
      if (args.positional.empty()) return Value::Str("");
      bool exact = false;
      std::string text = ToStr(args.positional[0], &exact);
      return exact ? Value::Str(text) : Value::SomeStr();
    }
    case Native::Bytes: return Value::Of(Kind::Bytes);
    case Native::List: return Container(*this, Kind::List, args);
    case Native::Tuple: return Container(*this, Kind::Tuple, args);
    case Native::Size: {
      Value size = Container(*this, Kind::Tuple, args);
      if (size.is(Kind::Tuple)) As<ListObj>(size)->is_size = true;
      return size;
    }
    case Native::Set:
    case Native::FrozenSet: return Container(*this, Kind::Set, args);
    case Native::Dict:
    case Native::OrderedDict: return ToDict(*this, args, false);
    case Native::DefaultDict: return ToDict(*this, args, true);
    case Native::Slice: {
      auto* slice = heap_.New<SliceObj>();
      size_t n = args.positional.size();
      slice->start = n > 1 ? args.positional[0] : Value::None();
      slice->stop = n == 1 ? args.positional[0] : n > 1 ? args.positional[1] : Value::None();
      slice->step = n > 2 ? args.positional[2] : Value::None();
      return Value::Obj(slice);
    }
    case Native::Range: {
      auto* range = heap_.New<RangeObj>();
      auto dim = [](const Value& v) {
        if (std::optional<int64_t> n = v.AsInt()) return shape::Dim(*n);
        return v.is(Kind::Int) ? v.dim() : shape::Dim::Unknown();
      };
      for (const Value& v : args.positional) {
        if (v.is(Kind::Float) || v.is(Kind::None) || v.is(Kind::Str) || v.is(Kind::List) || v.is(Kind::Tuple)) {
          return Raise("TypeError", "range() needs integers, not '" + Text(TypeOf(v)->name).str() + "'", "operand-types");
        }
      }
      size_t n = args.positional.size();
      range->start = n > 1 ? dim(args.positional[0]) : shape::Dim(0);
      range->stop = n == 1 ? dim(args.positional[0]) : n > 1 ? dim(args.positional[1]) : shape::Dim::Unknown();
      range->step = n > 2 ? dim(args.positional[2]) : shape::Dim(1);
      return Value::Obj(range);
    }
    case Native::Type: {
      if (args.positional.size() == 1) return TypeValue(args.positional[0]);
      if (args.positional.size() >= 3 && args.positional[0].is(Kind::Str) && args.positional[1].is(Kind::Tuple) && args.positional[2].is(Kind::Dict)) {
        Table attributes;
        for (const DictObj::Item& item : As<DictObj>(args.positional[2])->items) {
          if (item.live && item.key.is(Kind::Str)) attributes.Set(item.key.symbol(), item.value);
        }
        return Value::Obj(NewClass(args.positional[0].symbol(), As<ListObj>(args.positional[1])->items, std::move(attributes), frame_->module));
      }
      return Lost("a class made at run time");
    }
    case Native::Property: {
      auto* property = heap_.New<PropertyObj>();
      property->getter = args.positional.empty() ? Value::None() : args.positional[0];
      if (args.positional.size() > 1) property->setter = args.positional[1];
      if (const Value* getter = args.Keyword(N().fget)) property->getter = *getter;
      return Value::Obj(property);
    }
    case Native::StaticMethod:
    case Native::ClassMethod: {
      auto* wrapper = heap_.New<WrapperObj>(cls->native == Native::StaticMethod ? Kind::StaticMethod : Kind::ClassMethod);
      wrapper->function = args.positional.empty() ? Value::None() : args.positional[0];
      return Value::Obj(wrapper);
    }
    case Native::Partial: {
      auto* partial = heap_.New<PartialObj>();
      if (args.positional.empty()) return Raise("TypeError", "partial() needs a function", "call-arguments");
      partial->function = args.positional[0];
      // A partial application of one is one: `func` is the function itself.
      if (partial->function.is(Kind::Partial) && !As<PartialObj>(partial->function)->method) {
        auto* inner = As<PartialObj>(partial->function);
        partial->arguments.append(inner->arguments.begin(), inner->arguments.end());
        for (const auto& [name, value] : inner->keywords.entries()) partial->keywords.Set(name, value);
        partial->function = inner->function;
      }
      partial->arguments.append(args.positional.begin() + 1, args.positional.end());
      for (const auto& [name, value] : args.keywords) partial->keywords.Set(name, value);
      if (args.open) return Lost("a partial application of unknown arguments");
      return Value::Obj(partial);
    }
    case Native::SimpleNamespace: {
      auto* instance = heap_.New<InstanceObj>();
      instance->cls = cls;
      for (const auto& [name, value] : args.keywords) instance->attributes.Set(name, value);
      instance->open = args.open;
      return Value::Obj(instance);
    }
    case Native::Function: return FunctionFromCode(*this, args);
    case Native::Enum: return EnumMember(cls, args);
    case Native::Tensor:
    case Native::Parameter:
    case Native::Buffer: return MakeTensorObject(cls->native, args);
    case Native::Device: {
      if (!args.positional.empty() && args.positional[0].is(Kind::Str) && !args.positional[0].some()) return Value::Device(args.positional[0].text());
      if (!args.positional.empty() && args.positional[0].is(Kind::Device)) return args.positional[0];
      return Value::Device("");
    }
    default: return Lost("an instance of a native class");
  }
}

}  // namespace trident::eval
