// Methods of lists, dictionaries, sets, tuples and of every object.
#include "core/eval/interp.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace trident::eval {

Value CallStringMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args);
bool HasStringMethod(llvm::StringRef name);

namespace {

const Value& Arg(const Args& args, size_t i) {
  static const Value none = Value::None();
  return i < args.positional.size() ? args.positional[i] : none;
}

bool HasListMethod(llvm::StringRef name, bool tuple) {
  if (name == "index" || name == "count" || name == "numel") return true;
  return !tuple && llvm::StringSwitch<bool>(name).Cases("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "copy", true).Default(false);
}

bool HasDictMethod(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("get", "keys", "values", "items", "pop", "popitem", "setdefault", "update", "copy", "clear", true)
      .Cases("fromkeys", "move_to_end", true)
      .Default(false);
}

bool HasSetMethod(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("add", "discard", "remove", "update", "union", "intersection", "difference", "issubset", "issuperset", "copy", true)
      .Cases("pop", "clear", "symmetric_difference", "difference_update", "intersection_update", "isdisjoint", true)
      .Default(false);
}

Value SortList(Interp& interp, ListObj* list, const Args& args) {
  if (list->open) return Value::None();
  const Value* key = args.Keyword(Intern("key"));
  const Value* reverse = args.Keyword(Intern("reverse"));
  std::vector<std::pair<Value, Value>> ranked;
  for (const Value& item : list->items) {
    Value rank = item;
    if (key && !key->is(Kind::None)) {
      Args one;
      one.positional.push_back(item);
      rank = interp.Call(*key, one);
      if (rank.raised()) return rank;
    }
    ranked.emplace_back(rank, item);
  }
  // Ranks whose order is not known leave the contents unordered.
  bool unsure = false;
  for (size_t i = 0; i + 1 < ranked.size() && !unsure; ++i) {
    Value test = interp.Compare(parse::CompareOp::Lt, ranked[i].first, ranked[i + 1].first);
    if (test.raised()) return test;
    unsure = interp.Truth(test) == Tri::Unknown;
  }
  interp.heap().WillWrite(list);
  if (unsure) {
    if (!list->items.empty()) {
      Value joined = list->items[0];
      for (const Value& item : list->items) joined = interp.Join(joined, item);
      for (Value& item : list->items) item = joined;
    }
    return Value::None();
  }
  bool descending = reverse && interp.Truth(*reverse) == Tri::True;
  std::stable_sort(ranked.begin(), ranked.end(), [&](const auto& a, const auto& b) {
    Value test = descending ? interp.Compare(parse::CompareOp::Lt, b.first, a.first) : interp.Compare(parse::CompareOp::Lt, a.first, b.first);
    return interp.Truth(test) == Tri::True;
  });
  for (size_t i = 0; i < ranked.size(); ++i) list->items[i] = ranked[i].second;
  return Value::None();
}

Value CallListMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args) {
  auto* list = As<ListObj>(self);
  auto give_up = [&] {
    interp.heap().WillWrite(list);
    list->open = true;
    list->items.clear();
    return Value::None();
  };
  // The element that stands for all of an open list stands for these as well; one that keeps none stays so.
  auto join_typical = [&](llvm::ArrayRef<Value> more) {
    interp.heap().WillWrite(list);
    bool keeps = !list->open || !list->items.empty();
    Value typical;
    for (const Value& item : list->items) typical = typical.defined() ? interp.Join(typical, item) : item;
    for (const Value& item : more) typical = typical.defined() ? interp.Join(typical, item) : item;
    give_up();
    if (keeps && typical.defined() && !typical.unknown()) list->items.push_back(typical);
    return Value::None();
  };
  if (name == "append") {
    if (list->open) return join_typical({Arg(args, 0)});
    interp.heap().WillWrite(list);
    list->items.push_back(Arg(args, 0));
    return Value::None();
  }
  if (name == "extend") {
    llvm::SmallVector<Value, 8> items;
    bool open = false;
    if (!interp.Iterate(Arg(args, 0), items, open)) return Value::Raised();
    if (open && items.empty()) return give_up();
    if (open || list->open) return join_typical(items);
    interp.heap().WillWrite(list);
    list->items.append(items.begin(), items.end());
    return Value::None();
  }
  if (name == "insert") {
    std::optional<int64_t> n = Arg(args, 0).AsInt();
    if (!n || list->open) return give_up();
    int64_t size = list->items.size();
    int64_t at = std::clamp<int64_t>(*n < 0 ? *n + size : *n, 0, size);
    interp.heap().WillWrite(list);
    list->items.insert(list->items.begin() + at, Arg(args, 1));
    return Value::None();
  }
  if (name == "pop") {
    std::optional<int64_t> n = args.positional.empty() ? std::optional<int64_t>(-1) : args.positional[0].AsInt();
    if (list->open || !n) {
      Value item = list->items.size() == 1 ? list->items[0] : interp.Lost("an item of a list that is not known");
      give_up();
      return item;
    }
    int64_t size = list->items.size(), at = *n < 0 ? *n + size : *n;
    if (at < 0 || at >= size) return interp.Raise("IndexError", size == 0 ? "pop from an empty list" : "pop index is out of range", "index-range");
    interp.heap().WillWrite(list);
    Value item = list->items[at];
    list->items.erase(list->items.begin() + at);
    return item;
  }
  if (name == "clear") {
    interp.heap().WillWrite(list);
    list->items.clear();
    list->open = false;
    return Value::None();
  }
  if (name == "reverse") {
    interp.heap().WillWrite(list);
    std::reverse(list->items.begin(), list->items.end());
    return Value::None();
  }
  if (name == "copy") {
    Value copy = interp.NewList(list->items);
    As<ListObj>(copy)->open = list->open;
    return copy;
  }
  if (name == "sort") return SortList(interp, list, args);
  if (name == "numel") {
    shape::Dim product = 1;
    for (const Value& item : list->items) product = product * (item.is(Kind::Int) ? item.dim() : shape::Dim::Unknown());
    return list->open ? Value::SomeInt() : Value::Int(product);
  }
  if (name == "index" || name == "count" || name == "remove") {
    int64_t count = 0;
    bool unsure = list->open;
    for (size_t i = 0; i < list->items.size(); ++i) {
      Tri same = interp.Equals(list->items[i], Arg(args, 0));
      unsure |= same == Tri::Unknown;
      if (same != Tri::True) continue;
      ++count;
      if (name == "index" && !unsure) return Value::Int(i);
      if (name == "remove" && !unsure) {
        interp.heap().WillWrite(list);
        list->items.erase(list->items.begin() + i);
        return Value::None();
      }
    }
    if (name == "count") return unsure ? Value::SomeInt() : Value::Int(count);
    if (unsure) return name == "index" ? Value::SomeInt() : give_up();
    return interp.Raise("ValueError", interp.Repr(Arg(args, 0)) + " is not in the list", "not-in-list");
  }
  return interp.Lost("a list method");
}

Value DictView(Interp& interp, DictObj* dict, int what) {
  auto* iterator = interp.heap().New<ListObj>(Kind::List);
  iterator->is_view = what != 1;
  for (const DictObj::Item& item : dict->items) {
    if (!item.live) continue;
    iterator->items.push_back(what == 0 ? item.key : what == 1 ? item.value : interp.NewTuple({item.key, item.value}));
  }
  if (dict->open) {
    iterator->open = true;
    // One element stands for all.
    Value typical = iterator->items.empty() ? Value() : iterator->items[0];
    for (const Value& item : iterator->items) typical = interp.Join(typical, item);
    iterator->items.clear();
    Value unknown = interp.Lost("an item of an open dictionary");
    if (!typical.defined()) typical = what == 2 ? interp.NewTuple({interp.Lost("a key of an open dictionary"), unknown}) : unknown;
    iterator->items.push_back(typical);
  }
  return Value::Obj(iterator);
}

Value UpdateDict(Interp& interp, DictObj* dict, const Args& args) {
  if (!args.positional.empty()) {
    Value source = args.positional[0];
    if (source.is(Kind::Instance) && As<InstanceObj>(source)->payload.is(Kind::Dict)) source = As<InstanceObj>(source)->payload;
    if (source.is(Kind::Dict)) {
      auto* other = As<DictObj>(source);
      std::vector<DictObj::Item> items = other->items;
      for (const DictObj::Item& item : items) {
        if (item.live) interp.DictSet(dict, item.key, item.value);
      }
      dict->open |= other->open;
    } else {
      llvm::SmallVector<Value, 8> pairs;
      bool open = false;
      if (!interp.Iterate(source, pairs, open)) return Value::Raised();
      dict->open |= open;
      for (const Value& pair : pairs) {
        llvm::SmallVector<Value, 2> parts;
        bool pair_open = false;
        if (pair.unknown() || !interp.Iterate(pair, parts, pair_open) || parts.size() != 2) {
          interp.ClearException();
          dict->open = true;
          continue;
        }
        interp.DictSet(dict, parts[0], parts[1]);
      }
    }
  }
  for (const auto& [key, value] : args.keywords) interp.DictSet(dict, Value::Str(key), value);
  if (dict->open || args.open) interp.DictOpen(dict);
  return Value::None();
}

Value CallDictMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args) {
  auto* dict = As<DictObj>(self);
  Tri sure;
  if (name == "get" || name == "setdefault" || name == "pop") {
    Value* place = interp.DictLookup(dict, Arg(args, 0), sure);
    const Value* keyword_default = args.Keyword(Intern("default"));
    Value fallback = keyword_default ? *keyword_default : Arg(args, 1);
    if (place) {
      Value value = *place;
      if (name == "pop") interp.DictErase(dict, args.positional[0]);
      return value;
    }
    if (sure == Tri::Unknown) {
      if (name == "pop" || name == "setdefault") interp.DictOpen(dict);
      return interp.Lost("an item of a dictionary that is not known");
    }
    if (name == "setdefault") interp.DictSet(dict, Arg(args, 0), fallback);
    if (name == "pop" && args.positional.size() < 2 && !keyword_default && dict->exposed) return interp.Lost("an item that something unknown may have added");
    if (name == "pop" && args.positional.size() < 2 && !keyword_default) return interp.Raise("KeyError", interp.Repr(Arg(args, 0)), "key-error");
    return fallback;
  }
  if (name == "keys" || name == "values" || name == "items") {
    if (dict->global) interp.RunEffects();
    return DictView(interp, dict, name == "keys" ? 0 : name == "values" ? 1 : 2);
  }
  if (name == "update") return UpdateDict(interp, dict, args);
  if (name == "copy") {
    DictObj* copy = interp.NewDict();
    Args one;
    one.positional.push_back(self);
    UpdateDict(interp, copy, one);
    copy->factory = dict->factory;
    return Value::Obj(copy);
  }
  if (name == "clear") {
    interp.heap().WillWrite(dict);
    dict->RemoveAll();
    dict->open = false;
    return Value::None();
  }
  if (name == "popitem") {
    for (size_t i = dict->items.size(); i-- > 0;) {
      if (!dict->items[i].live || dict->open) continue;
      Value pair = interp.NewTuple({dict->items[i].key, dict->items[i].value});
      interp.DictErase(dict, dict->items[i].key);
      return pair;
    }
    return interp.Lost("an item of a dictionary");
  }
  if (name == "fromkeys") {
    DictObj* out = interp.NewDict();
    llvm::SmallVector<Value, 8> keys;
    bool open = false;
    if (!interp.Iterate(Arg(args, 0), keys, open)) return Value::Raised();
    for (const Value& key : keys) interp.DictSet(out, key, Arg(args, 1));
    out->open |= open;
    return Value::Obj(out);
  }
  return Value::None();
}

Value CallSetMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args) {
  auto* set = As<DictObj>(self);
  if (name == "add") {
    interp.DictSet(set, Arg(args, 0), Value::None());
    return Value::None();
  }
  if (name == "discard" || name == "remove") {
    interp.DictErase(set, Arg(args, 0));
    return Value::None();
  }
  if (name == "pop") {
    for (const DictObj::Item& item : set->items) {
      if (item.live && set->live_count == 1 && !set->open) {
        Value key = item.key;
        interp.DictErase(set, key);
        return key;
      }
    }
    return interp.Lost("some element of a set");
  }
  if (name == "clear") {
    interp.heap().WillWrite(set);
    set->RemoveAll();
    return Value::None();
  }
  Args one;
  if (!args.positional.empty()) one.positional.push_back(args.positional[0]);
  Value other = args.positional.empty() ? Value::Obj(interp.NewDict(Kind::Set)) : interp.InstantiateNative(interp.NativeClass(Native::Set), one);
  if (other.raised()) return other;
  if (name == "copy" || name == "union") return interp.Binary(parse::BinaryOp::BitOr, self, other);
  if (name == "intersection") return interp.Binary(parse::BinaryOp::BitAnd, self, other);
  if (name == "difference") return interp.Binary(parse::BinaryOp::Sub, self, other);
  if (name == "symmetric_difference") return interp.Binary(parse::BinaryOp::BitXor, self, other);
  if (name == "issubset") return interp.Compare(parse::CompareOp::LtE, self, other);
  if (name == "issuperset") return interp.Compare(parse::CompareOp::GtE, self, other);
  if (name == "isdisjoint") {
    Value common = interp.Binary(parse::BinaryOp::BitAnd, self, other);
    Tri truth = interp.Truth(common);
    return truth == Tri::Unknown ? Value::SomeBool() : Value::Bool(truth == Tri::False);
  }
  if (name == "update") {
    interp.heap().WillWrite(set);
    for (const DictObj::Item& item : As<DictObj>(other)->items) {
      if (item.live) interp.DictSet(set, item.key, Value::None());
    }
    set->open |= As<DictObj>(other)->open;
    return Value::None();
  }
  interp.heap().WillWrite(set);
  set->open = true;
  return Value::None();
}

// The __init__ that a class has without writing one.
Value InitThroughObject(Interp& interp, const Value& target, const Args& args) {
  if (!target.is(Kind::Instance)) return Value::None();
  auto* instance = As<InstanceObj>(target);
  if (instance->cls->is_exception) instance->attributes.Set(N().args, interp.NewTuple(args.positional));
  if (instance->payload.is(Kind::Dict)) return CallDictMethod(interp, instance->payload, "update", args);
  if (instance->payload.is(Kind::List) && !args.positional.empty()) return CallListMethod(interp, instance->payload, "extend", args);
  if (instance->cls->is_dataclass) return interp.InitDataclass(target, args);
  return Value::None();
}

// Methods every class has through `object`, reached by super() or on a class.
Value ObjectMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args) {
  Value target = self.is(Kind::Super) ? As<SuperObj>(self)->self : self;
  // Through a class the object comes as an argument.
  size_t shift = self.is(Kind::Class) ? 1 : 0;
  if (shift && !args.positional.empty()) target = args.positional[0];
  if (name == "__setattr__") {
    if (!target.is(Kind::Instance) || !Arg(args, shift).is(Kind::Str) || Arg(args, shift).some()) return Value::None();
    return interp.SetAttribute(target, Arg(args, shift).symbol(), Arg(args, shift + 1), /*plainly=*/true) ? Value::None() : Value::Raised();
  }
  if (name == "__delattr__") {
    if (target.is(Kind::Instance) && Arg(args, shift).is(Kind::Str)) As<InstanceObj>(target)->attributes.Erase(Arg(args, shift).symbol());
    return Value::None();
  }
  if (name == "__getattribute__" || name == "__getattr__") {
    if (!target.is(Kind::Instance) || !Arg(args, shift).is(Kind::Str) || Arg(args, shift).some()) return interp.Lost("an attribute by an unknown name");
    auto* instance = As<InstanceObj>(target);
    Symbol attribute = Arg(args, shift).symbol();
    if (Value found = interp.InstanceAttribute(target, attribute); found.defined()) return found;
    return interp.Raise("AttributeError", "'" + Text(instance->cls->name).str() + "' object has no attribute '" + Text(attribute).str() + "'", "no-attribute");
  }
  if (name == "__new__") {
    Value cls = Arg(args, 0);
    Args rest;
    if (args.positional.size() > 1) rest.positional.append(args.positional.begin() + 1, args.positional.end());
    rest.keywords = args.keywords;
    if (!cls.is(Kind::Class)) return interp.Lost("__new__ of an unknown class");
    if (As<ClassObj>(cls)->is_namedtuple) return interp.MakeNamedTuple(As<ClassObj>(cls), rest);
    return interp.Allocate(As<ClassObj>(cls), rest);
  }
  if (name == "__call__" && target.is(Kind::Instance) && As<InstanceObj>(target)->cls->is_nn_module) {
    Args rest = args;
    if (shift) rest.positional.erase(rest.positional.begin());
    TRIDENT_TRY(forward, interp.GetAttribute(target, N().forward));
    return interp.CallWithHooks(As<InstanceObj>(target), target, forward, rest);
  }
  if (name == "__call__" && self.is(Kind::Super) && target.is(Kind::Class)) return interp.Instantiate(As<ClassObj>(target), args);
  if (name == "__init__") {
    if (shift && !args.positional.empty()) {
      Args rest = args;
      rest.positional.erase(rest.positional.begin());
      return InitThroughObject(interp, target, rest);
    }
    return InitThroughObject(interp, target, args);
  }
  if (name == "__getitem__" && target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined()) return interp.GetItem(As<InstanceObj>(target)->payload, Arg(args, shift));
  if (name == "__setitem__" && target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined()) {
    return interp.SetItem(As<InstanceObj>(target)->payload, Arg(args, shift), Arg(args, shift + 1)) ? Value::None() : Value::Raised();
  }
  if (name == "__delitem__" && target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined()) {
    return interp.DeleteItem(As<InstanceObj>(target)->payload, Arg(args, shift)) ? Value::None() : Value::Raised();
  }
  if (name == "__len__" && target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined()) return interp.Length(As<InstanceObj>(target)->payload);
  if (name == "__contains__" && target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined()) {
    Tri in = interp.Contains(As<InstanceObj>(target)->payload, Arg(args, shift));
    return in == Tri::Unknown ? Value::SomeBool() : Value::Bool(in == Tri::True);
  }
  if (name == "__repr__" || name == "__str__" || name == "__format__") return Value::SomeStr();
  if (name == "__eq__") {
    Tri same = interp.Identical(target, Arg(args, shift));
    return same == Tri::True ? Value::Bool(true) : Value::SomeBool();
  }
  if (name == "__hash__") return Value::SomeInt();
  if (name == "__dir__") return interp.Lost("dir()");
  if (name == "__subclasses__" || name == "mro") return interp.Lost("the subclasses of a class");
  return Value::None();  // __init_subclass__, __enter__ and others that do nothing.
}

bool HasObjectMethod(llvm::StringRef name, bool payload) {
  if (payload && llvm::StringSwitch<bool>(name).Cases("__getitem__", "__setitem__", "__delitem__", "__len__", "__contains__", true).Default(false)) return true;
  return llvm::StringSwitch<bool>(name)
      .Cases("__setattr__", "__delattr__", "__getattribute__", "__new__", "__init__", "__repr__", "__str__", "__eq__", "__hash__", "__dir__", true)
      .Cases("__init_subclass__", "__format__", "__subclasses__", "mro", true)
      .Default(false);
}

Value PropertyMethod(Interp& interp, const Value& self, llvm::StringRef name, const Args& args) {
  auto* property = interp.heap().New<PropertyObj>();
  property->getter = As<PropertyObj>(self)->getter;
  property->setter = As<PropertyObj>(self)->setter;
  property->cached = As<PropertyObj>(self)->cached;
  if (name == "setter") property->setter = Arg(args, 0);
  if (name == "getter") property->getter = Arg(args, 0);
  return Value::Obj(property);
}

bool HasMethod(const Value& self, llvm::StringRef name) {
  switch (self.kind) {
    case Kind::Str: return HasStringMethod(name);
    case Kind::List: return HasListMethod(name, false) || (name.starts_with("__") && name != "__dict__" && name != "__call__");
    case Kind::Tuple: return HasListMethod(name, true) || name == "_replace" || name == "_asdict" || (name.starts_with("__") && name != "__dict__");
    case Kind::Dict: return HasDictMethod(name) || (name.starts_with("__") && name != "__dict__");
    case Kind::Set: return HasSetMethod(name);
    case Kind::Property: return name == "setter" || name == "getter" || name == "deleter";
    case Kind::Int:
    case Kind::Bool: return name == "bit_length" || name == "to_bytes" || name == "from_bytes" || name == "item" || name == "is_integer" || name == "conjugate";
    case Kind::Float: return name == "is_integer" || name == "hex" || name == "as_integer_ratio" || name == "conjugate";
    case Kind::Slice: return name == "indices";
    case Kind::Bytes: return true;
    case Kind::Range: return name == "index" || name == "count";
    case Kind::Iterator: return name == "__next__" || name == "__iter__" || name == "close" || name == "send" || name == "throw" || name == "keys" || name == "values";
    case Kind::Super:
    case Kind::Class: {
      if (HasObjectMethod(name, true) || name == "__call__") return true;
      if (!self.is(Kind::Class)) {
        Value target = As<SuperObj>(self)->self;
        return target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined() && HasMethod(As<InstanceObj>(target)->payload, name);
      }
      Native native = As<ClassObj>(self)->native != Native::None ? As<ClassObj>(self)->native : As<ClassObj>(self)->payload;
      if (native == Native::Dict || native == Native::OrderedDict) return HasDictMethod(name);
      if (native == Native::List) return HasListMethod(name, false);
      if (native == Native::Str) return HasStringMethod(name);
      if (native == Native::Set) return HasSetMethod(name);
      return native == Native::Int && name == "from_bytes";
    }
    case Kind::Instance: return HasObjectMethod(name, As<InstanceObj>(self)->payload.defined());
    default: return false;
  }
}

}  // namespace

Value Interp::NativeMethod(const Value& self, Symbol name) {
  llvm::StringRef text = Text(name);
  if (self.is(Kind::DType)) {
    if (self.dtype() == shape::DType::Unknown) return Lost("an attribute of a dtype that is not known");
    if (text == "is_floating_point") return Value::Bool(shape::IsFloating(self.dtype()));
    if (text == "is_complex") return Value::Bool(shape::IsComplex(self.dtype()));
    if (text == "itemsize") return Value::Int(shape::ItemSize(self.dtype()));
    return Lost("an attribute of a dtype");
  }
  if (self.is(Kind::Device)) {
    auto [type, index] = self.text().split(':');
    if (text == "type") return type.empty() ? Value::SomeStr() : Value::Str(type);
    int64_t n;
    if (text == "index") return index.empty() ? (type.empty() ? Lost("a device") : Value::None()) : !index.getAsInteger(10, n) ? Value::Int(n) : Value::SomeInt();
    return Lost("an attribute of a device");
  }
  if ((self.is(Kind::Int) || self.is(Kind::Float) || self.is(Kind::Bool)) && (text == "real" || text == "imag")) {
    return text == "real" ? self : Value::Int(0);
  }
  if (self.is(Kind::Range) && (text == "start" || text == "stop" || text == "step")) {
    auto* range = As<RangeObj>(self);
    return Value::Int(text == "start" ? range->start : text == "stop" ? range->stop : range->step);
  }
  if (self.is(Kind::Class) && (As<ClassObj>(self)->native == Native::Tensor || As<ClassObj>(self)->native == Native::Parameter)) return TorchAttribute("torch.Tensor", name);
  if (!HasMethod(self, text)) return Value();
  auto* builtin = heap_.New<BuiltinObj>();
  builtin->name = name;
  builtin->self = self;
  return Value::Obj(builtin);
}

Value Interp::CallNativeMethod(const Value& self, Symbol name, const Args& args) {
  llvm::StringRef text = Text(name);
  if (!self.is(Kind::Super) && !self.is(Kind::Class) && !self.is(Kind::Instance) && !HasMethod(self, text)) {
    TRIDENT_TRY(attribute, GetAttribute(self, name));
    return Call(attribute, args);
  }
  switch (self.kind) {
    case Kind::Str: return CallStringMethod(*this, self, text, args);
    case Kind::List:
    case Kind::Tuple:
      if (text == "__getitem__") return GetItem(self, Arg(args, 0));
      if (text == "__len__") return Length(self);
      if (text == "__iter__") return Call(BuiltinName(Intern("iter")), [&] { Args one; one.positional.push_back(self); return one; }());
      if (text == "__contains__") return Compare(parse::CompareOp::In, Arg(args, 0), self);
      if (text.starts_with("__") || text.starts_with("_")) return Lost("a special method of a list");
      return CallListMethod(*this, self, text, args);
    case Kind::Dict:
      if (text == "__getitem__") return GetItem(self, Arg(args, 0));
      if (text == "__setitem__") return SetItem(self, Arg(args, 0), Arg(args, 1)) ? Value::None() : Value::Raised();
      if (text == "__contains__") return Compare(parse::CompareOp::In, Arg(args, 0), self);
      if (text == "__len__") return Length(self);
      if (text.starts_with("__")) return Lost("a special method of a dictionary");
      return CallDictMethod(*this, self, text, args);
    case Kind::Set: return CallSetMethod(*this, self, text, args);
    case Kind::Property: return PropertyMethod(*this, self, text, args);
    case Kind::Iterator:
      if (text == "__next__" || text == "send") return Call(BuiltinName(Intern("next")), [&] { Args one; one.positional.push_back(self); return one; }());
      return text == "__iter__" ? self : Lost("a method of an iterator");
    case Kind::Int:
    case Kind::Bool:
    case Kind::Float:
      if (text == "is_integer" && self.is(Kind::Float) && !self.some()) return Value::Bool(self.number == static_cast<double>(static_cast<int64_t>(self.number)));
      if (text == "bit_length") {
        std::optional<int64_t> n = self.AsInt();
        if (!n) return Value::SomeInt();
        int64_t bits = 0;
        for (uint64_t m = std::abs(*n); m; m >>= 1) ++bits;
        return Value::Int(bits);
      }
      return Lost("a method of a number");
    case Kind::Super:
    case Kind::Class:
    case Kind::Instance: {
      if (HasObjectMethod(text, true) || text == "__call__" || self.is(Kind::Instance)) return ObjectMethod(*this, self, text, args);
      if (self.is(Kind::Super)) return CallNativeMethod(As<InstanceObj>(As<SuperObj>(self)->self)->payload, name, args);
      // `dict.get(d, k)`: the first argument is the object; `dict.fromkeys(keys)` has none.
      if (text == "fromkeys") return CallDictMethod(*this, Value::Obj(NewDict()), text, args);
      if (args.positional.empty()) return Lost("a method of a type");
      Args rest;
      rest.positional.append(args.positional.begin() + 1, args.positional.end());
      rest.keywords = args.keywords;
      Value target = args.positional[0];
      if (target.is(Kind::Instance) && As<InstanceObj>(target)->payload.defined()) target = PayloadOf(As<InstanceObj>(target));
      return HasMethod(target, text) ? CallNativeMethod(target, name, rest) : Lost("a method of a type");
    }
    default: return Lost("a method of a native value");
  }
}

}  // namespace trident::eval
