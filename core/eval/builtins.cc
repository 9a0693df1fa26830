// Built-in functions.
#include "core/eval/interp.h"

#include <algorithm>
#include <cmath>

namespace trident::eval {

namespace {

const Value& Arg(const Args& args, size_t i) {
  static const Value none = Value::None();
  return i < args.positional.size() ? args.positional[i] : none;
}

Value Lost(Interp& interp) { return interp.Lost("a built-in function of unknown arguments"); }

Value MakeIterator(Interp& interp, llvm::ArrayRef<Value> items, bool open = false) {
  auto* iterator = interp.heap().New<IteratorObj>();
  iterator->items.assign(items.begin(), items.end());
  iterator->open = open;
  return Value::Obj(iterator);
}

Value Abs(Interp& interp, const Args& args) {
  const Value& v = Arg(args, 0);
  if (v.is(Kind::Tensor)) return interp.Finish(ops::UnaryOperator("abs", interp.ToOps(v)), "torch.abs", {v});
  if (std::optional<int64_t> n = v.AsInt()) return Value::Int(std::abs(*n));
  if (v.is(Kind::Int)) return Value::SomeInt();
  if (v.is(Kind::Float)) return v.some() ? v : Value::Float(std::fabs(v.number));
  if (v.is(Kind::Instance)) return interp.CallMethod(v, "__abs__");
  return Lost(interp);
}

Value AllAny(Interp& interp, const Args& args, bool all) {
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (Arg(args, 0).is(Kind::Tensor)) return Lost(interp);
  if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
  bool unsure = open;
  for (const Value& item : items) {
    Tri truth = interp.Truth(item);
    if (truth == ToTri(!all) && !open) return Value::Bool(!all);
    unsure |= truth == Tri::Unknown;
  }
  return unsure ? Value::SomeBool() : Value::Bool(all);
}
Value All(Interp& interp, const Args& args) { return AllAny(interp, args, true); }
Value Any(Interp& interp, const Args& args) { return AllAny(interp, args, false); }

Value Callable(Interp& interp, const Args& args) {
  const Value& v = Arg(args, 0);
  switch (v.kind) {
    case Kind::Function:
    case Kind::Method:
    case Kind::Builtin:
    case Kind::Operator:
    case Kind::Class:
    case Kind::Partial: return Value::Bool(true);
    case Kind::Instance: {
      auto* cls = As<InstanceObj>(v)->cls;
      if (cls->is_nn_module || interp.FindInClass(cls, N().call).defined()) return Value::Bool(true);
      return cls->unknown_base ? Value::SomeBool() : Value::Bool(false);
    }
    case Kind::Unknown:
    case Kind::Alias: return Value::SomeBool();
    default: return Value::Bool(false);
  }
}

Value Chr(Interp&, const Args& args) {
  std::optional<int64_t> n = Arg(args, 0).AsInt();
  if (!n || *n < 0 || *n > 127) return Value::SomeStr();
  char c = static_cast<char>(*n);
  return Value::Str(llvm::StringRef(&c, 1));
}

Value Ord(Interp&, const Args& args) {
  const Value& v = Arg(args, 0);
  if (!v.is(Kind::Str) || v.some() || v.text().size() != 1) return Value::SomeInt();
  return Value::Int(static_cast<unsigned char>(v.text()[0]));
}

Value DivMod(Interp& interp, const Args& args) {
  TRIDENT_TRY(quotient, interp.Binary(parse::BinaryOp::FloorDiv, Arg(args, 0), Arg(args, 1)));
  TRIDENT_TRY(remainder, interp.Binary(parse::BinaryOp::Mod, Arg(args, 0), Arg(args, 1)));
  return interp.NewTuple({quotient, remainder});
}

Value Enumerate(Interp& interp, const Args& args) {
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
  const Value* start = args.positional.size() > 1 ? &args.positional[1] : args.Keyword(Intern("start"));
  shape::Dim base = !start ? shape::Dim(0) : start->is(Kind::Int) ? start->dim() : shape::Dim::Unknown();
  llvm::SmallVector<Value, 16> out;
  for (size_t i = 0; i < items.size(); ++i) {
    out.push_back(interp.NewTuple({open ? Value::SomeInt() : Value::Int(base + shape::Dim(i)), items[i]}));
  }
  return MakeIterator(interp, out, open);
}

Value Filter(Interp& interp, const Args& args) {
  llvm::SmallVector<Value, 16> items, out;
  bool open = false;
  if (!interp.Iterate(Arg(args, 1), items, open)) return Value::Raised();
  for (const Value& item : items) {
    Value test = item;
    if (!Arg(args, 0).is(Kind::None)) {
      Args one;
      one.positional.push_back(item);
      test = interp.Call(Arg(args, 0), one);
      if (test.raised()) return test;
    }
    Tri truth = interp.Truth(test);
    if (truth != Tri::False) out.push_back(item);
    open |= truth == Tri::Unknown;
  }
  return MakeIterator(interp, out, open);
}

Value WrongName(Interp& interp, const char* function, const Value& name) {
  bool wrong = (name.is(Kind::Instance) && !As<InstanceObj>(name)->payload.defined() && !As<InstanceObj>(name)->cls->unknown_base) || name.is(Kind::Int) ||
               name.is(Kind::Float) || name.is(Kind::List) || name.is(Kind::Dict) || name.is(Kind::None);
  if (!wrong || name.guess()) return Value();
  return interp.Raise("TypeError", std::string(function) + "(): the attribute name must be a string, not '" + Text(interp.TypeOf(name)->name).str() + "'", "call-arguments");
}

Value GetAttr(Interp& interp, const Args& args) {
  const Value& name = Arg(args, 1);
  if (Value wrong = WrongName(interp, "getattr", name); wrong.defined()) return wrong;
  if (!name.is(Kind::Str) || name.some()) return interp.Lost("getattr with an unknown name");
  if (args.positional.size() > 2) {
    Value value = interp.FindAttribute(Arg(args, 0), name.symbol());
    if (value.raised() && interp.IsAttributeError()) {
      interp.ClearException();
      return args.positional[2];
    }
    return value.defined() ? value : args.positional[2];
  }
  return interp.GetAttribute(Arg(args, 0), name.symbol());
}

Value HasAttr(Interp& interp, const Args& args) {
  const Value& name = Arg(args, 1);
  if (Value wrong = WrongName(interp, "hasattr", name); wrong.defined()) return wrong;
  if (!name.is(Kind::Str) || name.some()) return Value::SomeBool();
  Value value = interp.FindAttribute(Arg(args, 0), name.symbol());
  if (value.raised()) {
    bool absent = interp.IsAttributeError();
    interp.ClearException();
    return absent ? Value::Bool(false) : Value::SomeBool();
  }
  if (!value.defined()) return Value::Bool(false);
  return value.unknown() ? Value::SomeBool() : Value::Bool(true);
}

Value SetAttr(Interp& interp, const Args& args) {
  const Value& name = Arg(args, 1);
  if (Value wrong = WrongName(interp, "setattr", name); wrong.defined()) return wrong;
  if (!name.is(Kind::Str) || name.some()) {
    if (Arg(args, 0).is(Kind::Instance)) interp.MayReplaceAttributes(As<InstanceObj>(Arg(args, 0)));
    if (Arg(args, 0).is(Kind::Class)) {
      interp.heap().WillWrite(As<ClassObj>(Arg(args, 0)));
      As<ClassObj>(Arg(args, 0))->unknown_base = true;
    }
    return Value::None();
  }
  return interp.SetAttribute(Arg(args, 0), name.symbol(), Arg(args, 2)) ? Value::None() : Value::Raised();
}

Value DelAttr(Interp& interp, const Args& args) {
  const Value& name = Arg(args, 1);
  if (!name.is(Kind::Str) || name.some()) return Value::None();
  return interp.DeleteAttribute(Arg(args, 0), name.symbol()) ? Value::None() : Value::Raised();
}

// A value that can be no second argument of isinstance(); none when that is not sure.
const Value* NoType(Interp& interp, const Value& type) {
  switch (type.kind) {
    case Kind::Tuple:
      for (const Value& one : As<ListObj>(type)->items) {
        if (const Value* wrong = NoType(interp, one)) return wrong;
      }
      return nullptr;
    case Kind::Instance: {
      auto* cls = As<InstanceObj>(type)->cls;
      bool plain = !cls->unknown_base && !As<InstanceObj>(type)->open && (cls->is_nn_module || !cls->from_prelude);
      return plain && !interp.FindInClass(cls, Intern("__instancecheck__")).defined() ? &type : nullptr;
    }
    case Kind::Tensor: return As<TensorObj>(type)->refinable ? nullptr : &type;
    case Kind::Int:
    case Kind::Bool:
    case Kind::Float:
    case Kind::Str:
    case Kind::List:
    case Kind::Dict: return type.guess() ? nullptr : &type;
    default: return nullptr;
  }
}

Value IsInstanceFn(Interp& interp, const Args& args) {
  if (interp.IsInstance(Arg(args, 0), Arg(args, 1)) != Tri::True) {
    if (const Value* wrong = NoType(interp, Arg(args, 1))) {
      return interp.Raise("TypeError", "the second argument of isinstance() must be a type, not an object of class '" + Text(interp.TypeOf(*wrong)->name).str() + "'",
                          "call-arguments");
    }
  }
  Tri t = interp.IsInstance(Arg(args, 0), Arg(args, 1));
  return t == Tri::Unknown ? Value::SomeBool() : Value::Bool(t == Tri::True);
}

Value IsSubclassFn(Interp& interp, const Args& args) {
  Tri t = interp.IsSubclass(Arg(args, 0), Arg(args, 1));
  return t == Tri::Unknown ? Value::SomeBool() : Value::Bool(t == Tri::True);
}

Value Iter(Interp& interp, const Args& args) {
  if (Arg(args, 0).is(Kind::Iterator)) return Arg(args, 0);
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
  return MakeIterator(interp, items, open);
}

Value Next(Interp& interp, const Args& args) {
  const Value& v = Arg(args, 0);
  if (v.is(Kind::Iterator)) {
    auto* iterator = As<IteratorObj>(v);
    if (iterator->open) return iterator->items.size() == 1 ? iterator->items[0] : Lost(interp);
    if (iterator->position < iterator->items.size()) {
      interp.heap().WillWrite(iterator);
      return iterator->items[iterator->position++];
    }
    if (args.positional.size() > 1) return args.positional[1];
    return interp.Raise("StopIteration", "");
  }
  if (v.is(Kind::Instance) && interp.FindInClass(As<InstanceObj>(v)->cls, N().next).defined()) return interp.CallMethod(v, "__next__");
  return Lost(interp);
}

Value Len(Interp& interp, const Args& args) { return interp.Length(Arg(args, 0)); }

Value Map(Interp& interp, const Args& args) {
  std::vector<llvm::SmallVector<Value, 8>> columns;
  bool open = false;
  size_t count = SIZE_MAX;
  for (size_t i = 1; i < args.positional.size(); ++i) {
    columns.emplace_back();
    bool one_open = false;
    if (!interp.Iterate(args.positional[i], columns.back(), one_open)) return Value::Raised();
    open |= one_open;
    count = std::min(count, columns.back().size());
  }
  llvm::SmallVector<Value, 8> out;
  for (size_t i = 0; i < count && !columns.empty(); ++i) {
    Args one;
    for (auto& column : columns) one.positional.push_back(column[i]);
    TRIDENT_TRY(result, interp.Call(Arg(args, 0), one));
    out.push_back(result);
  }
  return MakeIterator(interp, out, open);
}

Value MinMax(Interp& interp, const Args& args, bool max) {
  llvm::SmallVector<Value, 8> items(args.positional.begin(), args.positional.end());
  bool open = args.open;
  if (items.size() == 1) {
    items.clear();
    if (Arg(args, 0).is(Kind::Tensor)) return Lost(interp);
    if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
    if (items.empty() && !open) {
      if (const Value* fallback = args.Keyword(Intern("default"))) return *fallback;
      return interp.Raise("ValueError", "min() or max() of an empty sequence", "empty-sequence");
    }
  }
  if (open || items.empty()) return Lost(interp);
  const Value* key = args.Keyword(Intern("key"));
  auto rank = [&](const Value& v) {
    if (!key || key->is(Kind::None)) return v;
    Args one;
    one.positional.push_back(v);
    return interp.Call(*key, one);
  };
  Value best = items[0];
  TRIDENT_TRY(best_rank, rank(best));
  for (size_t i = 1; i < items.size(); ++i) {
    TRIDENT_TRY(candidate, rank(items[i]));
    Value test = interp.Compare(max ? parse::CompareOp::Gt : parse::CompareOp::Lt, candidate, best_rank);
    if (test.raised()) return test;
    Tri better = interp.Truth(test);
    if (better == Tri::True) {
      best = items[i];
      best_rank = candidate;
    } else if (better == Tri::Unknown) {
      if (best.is(Kind::Int) && items[i].is(Kind::Int)) {
        best = best_rank = Value::Int(max ? shape::Max(best.dim(), items[i].dim()) : shape::Min(best.dim(), items[i].dim()));
      } else {
        best = best_rank = interp.Join(best, items[i]);
      }
    }
  }
  return best;
}
Value MinFn(Interp& interp, const Args& args) { return MinMax(interp, args, false); }
Value MaxFn(Interp& interp, const Args& args) { return MinMax(interp, args, true); }

Value Pow(Interp& interp, const Args& args) { return interp.Binary(parse::BinaryOp::Pow, Arg(args, 0), Arg(args, 1)); }
Value Print(Interp&, const Args&) { return Value::None(); }
Value ReprFn(Interp& interp, const Args& args) {
  std::string text = interp.Repr(Arg(args, 0));
  return text.find('?') == std::string::npos ? Value::Str(text) : Value::SomeStr();
}

Value Reversed(Interp& interp, const Args& args) {
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
  std::reverse(items.begin(), items.end());
  return MakeIterator(interp, items, open);
}

Value Round(Interp& interp, const Args& args) {
  const Value& v = Arg(args, 0);
  if (v.AsInt()) return v;
  if (!v.is(Kind::Float)) return Lost(interp);
  bool to_int = args.positional.size() < 2 || args.positional[1].is(Kind::None);
  if (v.some()) return to_int ? Value::SomeInt() : Value::SomeFloat();
  double scale = 1;
  if (!to_int) {
    std::optional<int64_t> digits = args.positional[1].AsInt();
    if (!digits) return Value::SomeFloat();
    scale = std::pow(10.0, *digits);
  }
  double rounded = std::nearbyint(v.number * scale) / scale;  // Half to even, as Python rounds.
  return to_int ? Value::Int(static_cast<int64_t>(rounded)) : Value::Float(rounded);
}

Value Sorted(Interp& interp, const Args& args) {
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
  Value list = interp.NewList(items);
  As<ListObj>(list)->open = open;
  Args sort;
  sort.keywords = args.keywords;
  Value result = interp.CallNativeMethod(list, Intern("sort"), sort);
  return result.raised() ? result : list;
}

Value Sum(Interp& interp, const Args& args) {
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
  const Value* start = args.positional.size() > 1 ? &args.positional[1] : args.Keyword(Intern("start"));
  Value total = start ? *start : Value::Int(0);
  if (open) {
    if (items.size() == 1 && items[0].is(Kind::Tensor)) return interp.Binary(parse::BinaryOp::Add, items[0], items[0]);
    return items.size() == 1 && items[0].is(Kind::Int) ? Value::SomeInt() : Lost(interp);
  }
  for (const Value& item : items) {
    total = interp.Binary(parse::BinaryOp::Add, total, item);
    if (total.raised()) return total;
  }
  return total;
}

Value SuperFn(Interp& interp, const Args& args) {
  auto* super = interp.heap().New<SuperObj>();
  if (args.positional.size() >= 2) {
    if (!args.positional[0].is(Kind::Class)) return Lost(interp);
    super->after = As<ClassObj>(args.positional[0]);
    super->self = args.positional[1];
    return Value::Obj(super);
  }
  Frame* frame = interp.frame();
  if (!frame->owner || !frame->self.defined()) return interp.Lost("super() outside a method");
  super->after = frame->owner;
  super->self = frame->self;
  if (super->self.is(Kind::Instance) && !As<InstanceObj>(super->self)->cls->DerivesFrom(frame->owner)) return interp.Lost("super() of another object");
  return Value::Obj(super);
}

Value Vars(Interp& interp, const Args& args) { return args.positional.empty() ? interp.Lost("locals()") : interp.GetAttribute(args.positional[0], N().dict); }

Value Locals(Interp& interp, const Args&) {
  DictObj* dict = interp.NewDict();
  for (const auto& [name, value] : interp.frame()->env->variables.entries()) interp.DictSet(dict, Value::Str(name), value);
  return Value::Obj(dict);
}

Value Globals(Interp& interp, const Args&) {
  ModuleObj* module = interp.frame()->module;
  DictObj* dict = interp.NewDict();
  interp.NoteAllNames(module);
  // What every module has by itself: __name__, __file__.
  for (const auto& [name, value] : llvm::SmallVector<Table::Entry, 8>(module->env->variables.entries().begin(), module->env->variables.entries().end())) {
    interp.DictSet(dict, Value::Str(name), value);
  }
  if (module->unit) {
    for (const auto& [name, statements] : module->unit->outline.bindings) {
      bool found = false;
      Value value = interp.ModuleAttribute(module, name, &found);
      if (value.raised()) interp.ClearException();
      else if (found) interp.DictSet(dict, Value::Str(name), value);
    }
  }
  return Value::Obj(dict);
}

Value Zip(Interp& interp, const Args& args) {
  std::vector<llvm::SmallVector<Value, 8>> columns;
  bool open = args.open;
  size_t count = SIZE_MAX;
  for (const Value& iterable : args.positional) {
    columns.emplace_back();
    bool one_open = false;
    if (!interp.Iterate(iterable, columns.back(), one_open)) return Value::Raised();
    open |= one_open;
    count = std::min(count, columns.back().size());
  }
  if (columns.empty()) count = 0;
  llvm::SmallVector<Value, 8> out;
  for (size_t i = 0; i < count; ++i) {
    llvm::SmallVector<Value, 4> row;
    for (auto& column : columns) row.push_back(column[i]);
    out.push_back(interp.NewTuple(row));
  }
  return MakeIterator(interp, out, open);
}

// Only asked whether it contains a name: Interp::Contains answers that from the object itself.
Value Dir(Interp& interp, const Args& args) {
  if (args.positional.size() != 1) return interp.Lost("dir()");
  auto* names = interp.heap().New<AliasObj>();
  names->name = Intern("dir()");
  names->arguments.push_back(args.positional[0]);
  return Value::Obj(names);
}

Value UnknownFn(Interp& interp, const Args& args) {
  interp.Expose(args);
  return interp.Lost("a built-in function that depends on the run");
}
Value Identity(Interp&, const Args& args) { return Arg(args, 0); }
Value Hash(Interp&, const Args&) { return Value::SomeInt(); }
Value FormatFn(Interp& interp, const Args& args) {
  if (args.positional.size() > 1) return Value::SomeStr();
  bool exact = false;
  std::string text = interp.ToStr(Arg(args, 0), &exact);
  return exact ? Value::Str(text) : Value::SomeStr();
}

struct Entry {
  const char* name;
  NativeFunction function;
};

constexpr Entry kFunctions[] = {
    {"abs", Abs}, {"all", All}, {"any", Any}, {"callable", Callable}, {"chr", Chr}, {"ord", Ord}, {"divmod", DivMod}, {"enumerate", Enumerate},
    {"filter", Filter}, {"getattr", GetAttr}, {"hasattr", HasAttr}, {"setattr", SetAttr}, {"delattr", DelAttr}, {"isinstance", IsInstanceFn},
    {"issubclass", IsSubclassFn}, {"iter", Iter}, {"next", Next}, {"len", Len}, {"map", Map}, {"min", MinFn}, {"max", MaxFn}, {"pow", Pow},
    {"print", Print}, {"repr", ReprFn}, {"ascii", ReprFn}, {"reversed", Reversed}, {"round", Round}, {"sorted", Sorted}, {"sum", Sum}, {"super", SuperFn},
    {"vars", Vars}, {"locals", Locals}, {"globals", Globals}, {"zip", Zip}, {"id", Hash}, {"hash", Hash}, {"format", FormatFn}, {"open", UnknownFn},
    {"input", UnknownFn}, {"eval", UnknownFn}, {"exec", UnknownFn}, {"compile", UnknownFn}, {"dir", Dir}, {"hex", UnknownFn}, {"oct", UnknownFn},
    {"bin", UnknownFn}, {"__import__", UnknownFn}, {"breakpoint", Print}, {"exit", UnknownFn}, {"quit", UnknownFn}, {"aiter", Identity}, {"anext", UnknownFn},
    {"bytearray", UnknownFn}, {"memoryview", UnknownFn}, {"help", Print},
};

constexpr const char* kExceptions[][2] = {
    {"BaseException", ""}, {"Exception", "BaseException"}, {"SystemExit", "BaseException"}, {"KeyboardInterrupt", "BaseException"},
    {"GeneratorExit", "BaseException"}, {"ArithmeticError", "Exception"}, {"ZeroDivisionError", "ArithmeticError"}, {"OverflowError", "ArithmeticError"},
    {"FloatingPointError", "ArithmeticError"}, {"AssertionError", "Exception"}, {"AttributeError", "Exception"}, {"BufferError", "Exception"},
    {"EOFError", "Exception"}, {"ImportError", "Exception"}, {"ModuleNotFoundError", "ImportError"}, {"LookupError", "Exception"}, {"IndexError", "LookupError"},
    {"KeyError", "LookupError"}, {"MemoryError", "Exception"}, {"NameError", "Exception"}, {"UnboundLocalError", "NameError"}, {"OSError", "Exception"},
    {"FileNotFoundError", "OSError"}, {"FileExistsError", "OSError"}, {"PermissionError", "OSError"}, {"TimeoutError", "OSError"}, {"ConnectionError", "OSError"},
    {"IsADirectoryError", "OSError"}, {"NotADirectoryError", "OSError"}, {"RuntimeError", "Exception"}, {"NotImplementedError", "RuntimeError"},
    {"RecursionError", "RuntimeError"}, {"StopIteration", "Exception"}, {"StopAsyncIteration", "Exception"}, {"SyntaxError", "Exception"},
    {"IndentationError", "SyntaxError"}, {"SystemError", "Exception"}, {"TypeError", "Exception"}, {"ValueError", "Exception"}, {"UnicodeError", "ValueError"},
    {"UnicodeDecodeError", "UnicodeError"}, {"UnicodeEncodeError", "UnicodeError"}, {"Warning", "Exception"}, {"UserWarning", "Warning"},
    {"DeprecationWarning", "Warning"}, {"PendingDeprecationWarning", "Warning"}, {"FutureWarning", "Warning"}, {"RuntimeWarning", "Warning"},
    {"SyntaxWarning", "Warning"}, {"ImportWarning", "Warning"}, {"UnicodeWarning", "Warning"}, {"ResourceWarning", "Warning"}, {"BytesWarning", "Warning"},
    {"BaseExceptionGroup", "BaseException"}, {"ExceptionGroup", "Exception"}, {"IOError", "OSError"}, {"EnvironmentError", "OSError"},
    {"BlockingIOError", "OSError"}, {"ChildProcessError", "OSError"}, {"InterruptedError", "OSError"}, {"ProcessLookupError", "OSError"},
    {"BrokenPipeError", "ConnectionError"}, {"ConnectionAbortedError", "ConnectionError"}, {"ConnectionRefusedError", "ConnectionError"},
    {"ConnectionResetError", "ConnectionError"}, {"ReferenceError", "Exception"}, {"TabError", "IndentationError"}, {"UnicodeTranslateError", "UnicodeError"},
    {"EncodingWarning", "Warning"},
};

struct NativeName {
  const char* name;
  Native native;
};

constexpr NativeName kNativeClasses[] = {
    {"object", Native::Object}, {"type", Native::Type}, {"int", Native::Int}, {"bool", Native::Bool}, {"float", Native::Float}, {"complex", Native::Complex},
    {"str", Native::Str}, {"bytes", Native::Bytes}, {"list", Native::List}, {"tuple", Native::Tuple}, {"dict", Native::Dict}, {"set", Native::Set},
    {"frozenset", Native::FrozenSet}, {"slice", Native::Slice}, {"range", Native::Range}, {"function", Native::Function}, {"method", Native::Method},
    {"builtin_function_or_method", Native::BuiltinFunction}, {"module", Native::Module}, {"NoneType", Native::NoneType}, {"property", Native::Property},
    {"staticmethod", Native::StaticMethod}, {"classmethod", Native::ClassMethod}, {"Tensor", Native::Tensor}, {"Parameter", Native::Parameter},
    {"Buffer", Native::Buffer}, {"Size", Native::Size}, {"dtype", Native::DType}, {"device", Native::Device}, {"Enum", Native::Enum},
    {"NamedTuple", Native::NamedTuple}, {"Generic", Native::Generic}, {"Protocol", Native::Protocol}, {"generator", Native::Iterator},
    {"defaultdict", Native::DefaultDict}, {"OrderedDict", Native::OrderedDict}, {"partial", Native::Partial}, {"SimpleNamespace", Native::SimpleNamespace},
};

}  // namespace

ClassObj* Interp::ExceptionClass(llvm::StringRef name) {
  auto found = exception_classes_.find(name);
  return found == exception_classes_.end() ? exception_classes_["Exception"] : found->second;
}

void Interp::InstallBuiltins() {
  for (const NativeName& entry : kNativeClasses) {
    auto* cls = heap_.New<ClassObj>();
    cls->name = cls->qualname = Intern(entry.name);
    cls->native = entry.native;
    native_classes_[static_cast<size_t>(entry.native)] = cls;
  }
  auto derive = [&](Native derived, Native base) { NativeClass(derived)->mro = {NativeClass(derived), NativeClass(base), NativeClass(Native::Object)}; };
  for (const NativeName& entry : kNativeClasses) {
    ClassObj* cls = NativeClass(entry.native);
    cls->mro = entry.native == Native::Object ? llvm::SmallVector<ClassObj*, 4>{cls} : llvm::SmallVector<ClassObj*, 4>{cls, NativeClass(Native::Object)};
  }
  derive(Native::Bool, Native::Int);
  derive(Native::OrderedDict, Native::Dict);
  derive(Native::DefaultDict, Native::Dict);
  derive(Native::Size, Native::Tuple);
  derive(Native::Parameter, Native::Tensor);
  derive(Native::Buffer, Native::Tensor);
  NativeClass(Native::Enum)->is_enum = true;
  for (Native native : {Native::Object, Native::Type, Native::Int, Native::Bool, Native::Float, Native::Complex, Native::Str, Native::Bytes, Native::List,
                        Native::Tuple, Native::Dict, Native::Set, Native::FrozenSet, Native::Slice, Native::Range, Native::Property, Native::StaticMethod,
                        Native::ClassMethod}) {
    builtins_[NativeClass(native)->name] = Value::Obj(NativeClass(native));
  }
  for (const auto& [name, base] : kExceptions) {
    auto* cls = heap_.New<ClassObj>();
    cls->name = cls->qualname = Intern(name);
    cls->is_exception = true;
    cls->mro.push_back(cls);
    if (*base) {
      cls->bases.push_back(Value::Obj(exception_classes_[base]));
      cls->mro.append(exception_classes_[base]->mro.begin(), exception_classes_[base]->mro.end());
    } else {
      cls->mro.push_back(NativeClass(Native::Object));
    }
    exception_classes_[name] = cls;
    builtins_[cls->name] = Value::Obj(cls);
  }
  for (const Entry& entry : kFunctions) {
    auto* builtin = heap_.New<BuiltinObj>();
    builtin->name = Intern(entry.name);
    builtin->function = entry.function;
    builtins_[builtin->name] = Value::Obj(builtin);
  }
  builtins_[Intern("NotImplemented")] = Value::Of(Kind::NotImplemented);
  builtins_[Intern("Ellipsis")] = Value::Of(Kind::Ellipsis);
  builtins_[Intern("__debug__")] = Value::Bool(true);
  builtins_[Intern("__build_class__")] = Lost("a built-in");
}

Value Interp::BuiltinName(Symbol name) {
  auto found = builtins_.find(name);
  return found == builtins_.end() ? Value() : found->second;
}

}  // namespace trident::eval
