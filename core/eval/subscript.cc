// Subscripts: reading, writing and deleting items.
#include "core/eval/interp.h"

namespace trident::eval {

// Start, stop and step of a slice over `length` elements; false when they are not all known.
static bool ResolveSlice(const SliceObj* slice, int64_t length, int64_t& start, int64_t& stop, int64_t& step) {
  auto get = [](const Value& v, int64_t missing, int64_t& out) {
    if (v.is(Kind::None)) {
      out = missing;
      return true;
    }
    std::optional<int64_t> n = v.AsInt();
    if (n) out = *n;
    return n.has_value();
  };
  if (!get(slice->step, 1, step) || step == 0) return false;
  int64_t low = step > 0 ? 0 : -1, high = step > 0 ? length : length - 1;
  auto clamp = [&](const Value& v, int64_t missing, int64_t& out) {
    if (v.is(Kind::None)) {
      out = missing;
      return true;
    }
    std::optional<int64_t> n = v.AsInt();
    if (!n) return false;
    out = *n < 0 ? *n + length : *n;
    out = std::max(low, std::min(high, out));
    return true;
  };
  return clamp(slice->start, step > 0 ? 0 : length - 1, start) && clamp(slice->stop, step > 0 ? length : -1, stop);
}

// `x.shape[2:]`, `x.shape[:-1]`, `x.shape[-3:-1]` and `x.shape[:2]` of a tensor of unknown rank.
static bool SliceOfShape(Interp& interp, const ListObj* shape, const SliceObj* slice, ListObj* out) {
  constexpr int64_t kMost = Evidence::kMaxRank;
  if (!shape->open || shape->shape_start != 0 || shape->shape_cut != 0 || !slice->step.is(Kind::None)) return false;
  std::optional<int64_t> start = slice->start.is(Kind::None) ? 0 : slice->start.AsInt(), stop = slice->stop.is(Kind::None) ? 0 : slice->stop.AsInt();
  if (!start || !stop || std::abs(*start) > kMost || std::abs(*stop) > kMost) return false;
  bool to_the_end = slice->stop.is(Kind::None), counts_back = *stop < 0;
  if (to_the_end || (counts_back && *start >= 0)) {
    out->open = true;
    out->shape_start = static_cast<int>(*start);
    out->shape_cut = static_cast<int>(-*stop);
  } else {
    // Both ends are counted from the same side.
    if (*stop <= *start || (*start < 0) != counts_back || (!counts_back && *start != 0)) return false;
    if (!counts_back) interp.LearnFromShapeIndex(const_cast<ListObj*>(shape), *stop - 1);
    for (int64_t i = *start; i < *stop; ++i) out->items.push_back(Value::SomeInt());
    out->shape_start = static_cast<int>(*start);
    out->shape_end_open = false;
  }
  out->shape_of = shape->shape_of;
  return true;
}

static Value SequenceItem(Interp& interp, const Value& object, const Value& index) {
  auto* list = As<ListObj>(object);
  if (index.is(Kind::Slice)) {
    int64_t start, stop, step;
    Value result = interp.NewList({}, object.kind);
    auto* out = As<ListObj>(result);
    out->is_size = list->is_size;
    if (list->shape_of && SliceOfShape(interp, list, As<SliceObj>(index), out)) return result;
    if (list->open || !ResolveSlice(As<SliceObj>(index), list->items.size(), start, stop, step)) {
      out->open = true;
      if (list->open && list->items.size() == 1) out->items.push_back(list->items[0]);
      return result;
    }
    for (int64_t i = start; step > 0 ? i < stop : i > stop; i += step) out->items.push_back(list->items[i]);
    return result;
  }
  // Rows of numpy are lists here, and may be asked for what no list has.
  if (index.is(Kind::Tuple) || index.is(Kind::List) || index.is(Kind::Ellipsis)) return interp.Lost("an item by what is no number");
  std::optional<int64_t> n = index.AsInt();
  if (index.is(Kind::Instance)) {
    Value converted = interp.CallMethod(index, "__index__");
    if (converted.raised()) interp.ClearException();
    else n = converted.AsInt();
  }
  if (n && list->shape_of) interp.LearnFromShapeIndex(list, *n);
  if (n && list->open && list->items.size() == 1) {
    if (Value item = interp.ArgumentItem(list->items[0], *n); item.defined()) return item;
  }
  if (!n || list->open) {
    if (index.is(Kind::Str) || index.is(Kind::None) || index.is(Kind::Float)) {
      return interp.Raise("TypeError", "list indices must be integers or slices, not " + Text(interp.TypeOf(index)->name).str(), "index-type");
    }
    if (list->items.empty()) return interp.Lost("an item of a list that is not known");
    Value joined = list->items[0];
    for (const Value& item : list->items) joined = interp.Join(joined, item);
    return joined;
  }
  int64_t size = list->items.size();
  int64_t position = *n < 0 ? *n + size : *n;
  if (position < 0 || position >= size) {
    if (list->exposed) return interp.Lost("an item that something unknown may have added");
    return interp.Raise("IndexError", std::string(object.is(Kind::Tuple) ? "tuple" : "list") + " index " + std::to_string(*n) + " is out of range: it has " +
                                          std::to_string(size) + (size == 1 ? " element" : " elements"), "index-range");
  }
  return list->items[position];
}

static Value DictItem(Interp& interp, const Value& object, const Value& index, const Value& self) {
  auto* dict = As<DictObj>(object);
  Tri sure;
  bool makes_items = dict->factory.defined() && !dict->factory.is(Kind::None);
  if (Value* place = makes_items ? interp.DictFind(dict, index, &sure) : interp.DictLookup(dict, index, sure)) return *place;
  if (sure == Tri::False && makes_items) {
    TRIDENT_TRY(made, interp.Call(dict->factory, {}));
    interp.DictSet(dict, index, made);
    return made;
  }
  if (sure == Tri::Unknown) {
    if (!dict->open && dict->live_count > 0 && dict->live_count < 16) {
      // Some key of a known dictionary: the value is one of a few.
      Value joined;
      for (const DictObj::Item& item : dict->items) {
        if (item.live) joined = joined.defined() ? interp.Join(joined, item.value) : item.value;
      }
      return joined;
    }
    return interp.Lost("an item of a dictionary that is not known");
  }
  if (self.is(Kind::Instance)) {
    Value missing = interp.FindInClass(As<InstanceObj>(self)->cls, N().missing);
    if (missing.defined()) {
      Args args;
      args.positional.push_back(index);
      return interp.Call(interp.BindDescriptor(missing, self, As<InstanceObj>(self)->cls), args);
    }
  }
  if (dict->exposed) return interp.Lost("an item that something unknown may have added");
  // Of a module that is imported only what is asked for runs: a registry that is no global of it is empty so far.
  if (dict->permanent && !dict->global && dict->live_count == 0) return interp.Lost("an item that other statements of its module may add");
  return interp.Raise("KeyError", interp.Repr(index), "key-error");
}

static Value StringItem(Interp& interp, const Value& object, const Value& index) {
  llvm::SmallVector<Value, 32> characters;
  bool open = false;
  interp.Iterate(object, characters, open);
  if (open) return Value::SomeStr();
  if (index.is(Kind::Slice)) {
    int64_t start, stop, step;
    if (!ResolveSlice(As<SliceObj>(index), characters.size(), start, stop, step)) return Value::SomeStr();
    std::string out;
    for (int64_t i = start; step > 0 ? i < stop : i > stop; i += step) out += characters[i].text();
    return Value::Str(out);
  }
  std::optional<int64_t> n = index.AsInt();
  if (!n) return Value::SomeStr();
  int64_t size = characters.size(), position = *n < 0 ? *n + size : *n;
  if (position < 0 || position >= size) return interp.Raise("IndexError", "string index " + std::to_string(*n) + " is out of range", "index-range");
  return characters[position];
}

Value Interp::GetItem(const Value& object, const Value& index) {
  if (object.guess()) return Lost("an item of an argument");
  switch (object.kind) {
    case Kind::Tensor: {
      if (index.unknown()) {
        // What an unknown index selects is not known, but it is a tensor of the same dtype.
        shape::TensorType type;
        type.dtype = As<TensorObj>(object)->type.dtype;
        return NewTensor(type);
      }
      ops::Argument arguments[] = {{"", ToOps(object)}, {"", ToOps(index)}};
      Slot slot = {As<TensorObj>(object), &arguments[0].value};
      auto call = [&] { return ops::GetItem(arguments[0].value, arguments[1].value); };
      Lineage lineage = Learn("__getitem__", slot, arguments, call);
      Value item = Finish(call(), "torch.Tensor.__getitem__", {object, index});
      Inherit(item, lineage);
      return item.raised() ? item : Fold("__getitem__", {object, index}, {}, item);
    }
    case Kind::List:
    case Kind::Tuple: return SequenceItem(*this, object, index);
    case Kind::Dict: return DictItem(*this, object, index, object);
    case Kind::Str: return StringItem(*this, object, index);
    case Kind::Range: {
      llvm::SmallVector<Value, 16> items;
      bool open = false;
      Iterate(object, items, open);
      if (open) return index.is(Kind::Slice) ? Lost("a slice of an unknown range") : Value::SomeInt();
      return SequenceItem(*this, NewList(items), index);
    }
    case Kind::Class: {
      auto* cls = As<ClassObj>(object);
      if (cls->is_enum) {
        if (index.is(Kind::Str) && !index.some()) {
          if (Value* member = cls->attributes.Find(index.symbol())) return *member;
          return Raise("KeyError", Repr(index), "key-error");
        }
        return Lost("an enum member that is not known");
      }
      Value method = FindInClass(cls, N().class_getitem);
      if (method.is(Kind::Function) || method.is(Kind::ClassMethod)) {
        Args args;
        args.positional.push_back(index);
        return Call(BindDescriptor(method.is(Kind::Function) ? Value() : method, Value(), cls), args);
      }
      auto* alias = heap_.New<AliasObj>();
      alias->origin = object;
      alias->name = cls->name;
      if (index.is(Kind::Tuple)) alias->arguments.assign(As<ListObj>(index)->items.begin(), As<ListObj>(index)->items.end());
      else alias->arguments.push_back(index);
      return Value::Obj(alias);
    }
    case Kind::Alias: {
      auto* alias = heap_.New<AliasObj>();
      alias->origin = As<AliasObj>(object)->origin;
      alias->name = As<AliasObj>(object)->name;
      if (index.is(Kind::Tuple)) alias->arguments.assign(As<ListObj>(index)->items.begin(), As<ListObj>(index)->items.end());
      else alias->arguments.push_back(index);
      return Value::Obj(alias);
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(object);
      Value method = FindInClass(instance->cls, N().getitem);
      if (method.defined()) {
        Args args;
        args.positional.push_back(index);
        return Call(BindDescriptor(method, object, instance->cls), args);
      }
      if (instance->payload.is(Kind::Dict)) return DictItem(*this, PayloadOf(instance), index, object);
      if (instance->payload.defined()) return GetItem(PayloadOf(instance), index);
      if (instance->cls->unknown_base || instance->cls->has_getattr || instance->open) return Lost("an item of an object");
      return Raise("TypeError", "'" + Text(instance->cls->name).str() + "' object is not subscriptable", "not-subscriptable");
    }
    case Kind::None:
    case Kind::Int:
    case Kind::Bool:
    case Kind::Float:
    case Kind::Function: return Raise("TypeError", "'" + Text(TypeOf(object)->name).str() + "' object is not subscriptable", "not-subscriptable");
    case Kind::Unknown: return object;
    default: return Lost("an item of an unknown value");
  }
}

bool Interp::SetItem(const Value& object, const Value& index, const Value& value) {
  switch (object.kind) {
    case Kind::Tensor: {
      As<TensorObj>(object)->contents.clear();
      As<TensorObj>(object)->numbers.clear();
      if (index.unknown()) {
        RecordNode("torch.Tensor.__setitem__", {object, index, value}, object, {}, 0);
        return true;
      }
      ops::Result result = ops::SetItem(ToOps(object), ToOps(index), ToOps(value));
      if (result.status == ops::Result::Status::Error) return !Finish(result, "torch.Tensor.__setitem__", {object, value}).raised();
      RecordNode("torch.Tensor.__setitem__", {object, index, value}, object, {}, 0);
      return true;
    }
    case Kind::List: {
      auto* list = As<ListObj>(object);
      heap_.WillWrite(list);
      std::optional<int64_t> n = index.AsInt();
      if (!n || list->open) {
        if (index.is(Kind::Slice) && !list->open) {
          int64_t start, stop, step;
          llvm::SmallVector<Value, 8> items;
          bool open = false;
          if (ResolveSlice(As<SliceObj>(index), list->items.size(), start, stop, step) && step == 1 && Iterate(value, items, open) && !open) {
            list->items.erase(list->items.begin() + start, list->items.begin() + std::max(start, stop));
            list->items.insert(list->items.begin() + start, items.begin(), items.end());
            return true;
          }
        }
        list->open = true;
        list->items.clear();
        return true;
      }
      int64_t size = list->items.size(), position = *n < 0 ? *n + size : *n;
      if (position < 0 || position >= size) {
        Raise("IndexError", "list assignment index " + std::to_string(*n) + " is out of range: it has " + std::to_string(size) + " elements", "index-range");
        return false;
      }
      list->items[position] = value;
      return true;
    }
    case Kind::Dict: DictSet(As<DictObj>(object), index, value); return true;
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(object);
      Value method = FindInClass(instance->cls, N().setitem);
      if (method.defined()) {
        Args args;
        args.positional = {index, value};
        return !Call(BindDescriptor(method, object, instance->cls), args).raised();
      }
      if (instance->payload.defined()) return SetItem(instance->payload, index, value);
      return true;
    }
    case Kind::Tuple:
      Raise("TypeError", "'tuple' object does not support item assignment", "operand-types");
      return false;
    default: return true;
  }
}

bool Interp::DeleteItem(const Value& object, const Value& index) {
  if (object.is(Kind::Dict)) {
    auto* dict = As<DictObj>(object);
    if (!DictErase(dict, index)) {
      uint64_t hash;
      if (!dict->open && !dict->exposed && HashOf(index, hash)) {
        Raise("KeyError", Repr(index), "key-error");
        return false;
      }
    }
    return true;
  }
  if (object.is(Kind::List)) {
    auto* list = As<ListObj>(object);
    heap_.WillWrite(list);
    std::optional<int64_t> n = index.AsInt();
    int64_t size = list->items.size();
    if (n && !list->open && (*n < 0 ? *n + size : *n) < size && (*n < 0 ? *n + size : *n) >= 0) {
      list->items.erase(list->items.begin() + (*n < 0 ? *n + size : *n));
      return true;
    }
    int64_t start, stop, step;
    if (index.is(Kind::Slice) && !list->open && ResolveSlice(As<SliceObj>(index), size, start, stop, step) && step == 1) {
      list->items.erase(list->items.begin() + start, list->items.begin() + std::max(start, stop));
      return true;
    }
    list->open = true;
    list->items.clear();
    return true;
  }
  if (object.is(Kind::Instance)) {
    auto* instance = As<InstanceObj>(object);
    Value method = FindInClass(instance->cls, N().delitem);
    if (method.defined()) {
      Args args;
      args.positional.push_back(index);
      return !Call(BindDescriptor(method, object, instance->cls), args).raised();
    }
    if (instance->payload.defined()) return DeleteItem(instance->payload, index);
  }
  return true;
}

}  // namespace trident::eval
