// Lists, dictionaries, iteration.
#include "core/eval/interp.h"

#include "llvm/Support/xxhash.h"

namespace trident::eval {

Value Interp::NewList(llvm::ArrayRef<Value> items, Kind kind) {
  auto* list = heap_.New<ListObj>(kind);
  list->items.assign(items.begin(), items.end());
  return Value::Obj(list);
}

DictObj* Interp::NewDict(Kind kind) { return heap_.New<DictObj>(kind); }

bool Interp::HashOf(const Value& key, uint64_t& hash) {
  auto mix = [](uint64_t a, uint64_t b) { return (a ^ b) * 0x9E3779B97F4A7C15ull + (b >> 29); };
  switch (key.kind) {
    case Kind::None:
    case Kind::Ellipsis: hash = static_cast<uint64_t>(key.kind); return true;
    case Kind::Bool:
    case Kind::Int:
      if (std::optional<int64_t> n = key.AsInt(); n && !key.some()) {
        hash = mix(11, static_cast<uint64_t>(*n));
        return true;
      }
      return false;
    case Kind::Float:
      if (key.some()) return false;
      if (key.number == static_cast<double>(static_cast<int64_t>(key.number))) {
        hash = mix(11, static_cast<uint64_t>(static_cast<int64_t>(key.number)));
        return true;
      }
      hash = mix(13, key.bits);
      return true;
    case Kind::Str:
      if (key.some()) return false;
      hash = mix(17, key.aux);
      return true;
    case Kind::DType: hash = mix(19, key.bits); return key.bits != 0;
    case Kind::Device: hash = mix(19, key.aux); return !key.text().empty();
    case Kind::Tuple: {
      auto* list = As<ListObj>(key);
      if (list->open) return false;
      hash = 23;
      for (const Value& item : list->items) {
        uint64_t h;
        if (!HashOf(item, h)) return false;
        hash = mix(hash, h);
      }
      return true;
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(key);
      // Members of an enum that is nothing else besides are told by which one it is.
      if (instance->payload.defined() && !instance->cls->is_plain_enum()) return HashOf(PayloadOf(instance), hash);
      hash = mix(29, reinterpret_cast<uintptr_t>(key.object));
      return true;
    }
    case Kind::Operator: hash = mix(31, As<OperatorObj>(key)->name.index); return true;
    case Kind::Method: hash = mix(37, As<MethodObj>(key)->self.bits ^ As<MethodObj>(key)->function.bits); return true;
    case Kind::Set: {
      hash = 41;
      for (const DictObj::Item& item : As<DictObj>(key)->items) {
        uint64_t h;
        if (!item.live) continue;
        if (!HashOf(item.key, h)) return false;
        hash += mix(h, 1);
      }
      return !As<DictObj>(key)->open;
    }
    case Kind::Unknown:
    case Kind::Complex:
    case Kind::Bytes:
    case Kind::Slice:
    case Kind::Range:
    case Kind::Alias: return false;
    default:
      if (!key.is_object()) return false;
      hash = mix(29, reinterpret_cast<uintptr_t>(key.object));
      return true;
  }
}

static DictObj::Item* FindItem(Interp& interp, DictObj* dict, const Value& key, uint64_t hash) {
  return dict->FindItem(hash, [&](const DictObj::Item& item) { return interp.Equals(item.key, key) == Tri::True; });
}

// Objects that define equality are found by identity only: another object may still be an equal key.
static bool MayEqualSomeKey(Interp& interp, DictObj* dict, const Value& key) {
  if (!key.is(Kind::Instance)) return false;
  ClassObj* cls = As<InstanceObj>(key)->cls;
  if (!cls->is_dataclass && !cls->unknown_base && !interp.FindInClass(cls, N().eq).defined()) return false;
  return llvm::any_of(dict->items, [&](const DictObj::Item& item) { return item.live && interp.Equals(item.key, key) != Tri::False; });
}

// `sure` answers "is it there": Unknown when an unknown key or an open dictionary keeps us from knowing.
DictObj::Item* Interp::DictFindItem(DictObj* dict, const Value& key, Tri* sure) {
  uint64_t hash;
  Tri ignored;
  Tri& answer = sure ? *sure : ignored;
  if (!HashOf(key, hash)) {
    answer = dict->live_count == 0 && !dict->open ? Tri::False : Tri::Unknown;
    return nullptr;
  }
  if (piece_ && dict->saved) NoteItem(dict, hash);
  if (DictObj::Item* item = FindItem(*this, dict, key, hash)) {
    answer = Tri::True;
    return item;
  }
  answer = dict->open || MayEqualSomeKey(*this, dict, key) ? Tri::Unknown : Tri::False;
  return nullptr;
}

Value* Interp::DictFind(DictObj* dict, const Value& key, Tri* sure) {
  DictObj::Item* item = DictFindItem(dict, key, sure);
  return item ? &item->value : nullptr;
}

// The same for a dictionary that other modules may fill when they are loaded: they are asked to. One that its own module does
// not fill is empty so far, and what it holds is not known: of a module that is imported only what is asked for runs.
Value* Interp::DictLookup(DictObj* dict, const Value& key, Tri& sure) {
  DictObj::Item* item = DictFindItem(dict, key, &sure);
  if (item && item->by_effects) NoteEffectsAsked(kAllModules);
  if (item) return &item->value;
  if (sure != Tri::False) return nullptr;
  if (dict->global && !running_effects_) {
    RunEffects();
    return DictFind(dict, key, &sure);
  }
  if (dict->permanent && dict->of_module && !dict->global && dict->live_count == 0) sure = Tri::Unknown;
  return nullptr;
}

void Interp::DictOpen(DictObj* dict) {
  heap_.WillWrite(dict);
  dict->open = true;
  if (!dict->attributes_of) return;
  heap_.WillWrite(dict->attributes_of);
  dict->attributes_of->open = true;
}

// Of an object that gets an attribute of unknown name, what stands for "not given" (None, negative numbers) may be what is given.
void Interp::MayReplaceAttributes(InstanceObj* instance) {
  heap_.WillWrite(instance);
  instance->open = true;
  for (auto& [name, value] : instance->attributes.entries()) {
    if (value.is(Kind::None) || (!instance->cls->is_nn_module && value.AsInt().value_or(0) < 0)) value = Lost("an attribute that may have been set");
  }
}

// A module that is imported while the script runs adds an item to what the script has changed: the item comes before the
// script's, as if the module had been imported first, and stays for the next run. False: that cannot be done.
bool Interp::AddBeforeRun(DictObj* dict, const Value& key, const Value& value) {
  auto lasts = [](const Value& each) { return !each.is_object() || each.object->permanent; };
  bool undone = llvm::any_of(undo_, [&](const std::unique_ptr<Journal>& journal) { return journal->index.contains(dict); });
  uint64_t hash;
  if (undone || dict->attributes_of || !lasts(key) || !lasts(value) || !HashOf(key, hash) || FindItem(*this, dict, key, hash)) return false;
  auto* before = static_cast<DictObj*>(heap_.WillWriteBeforeRun(dict));
  if (!before || !dict->BeginsWith(*before)) return false;
  DictObj::Item item = {key, value, hash, /*live=*/true, running_effects_};
  dict->InsertItem(before->items.size(), item);
  before->AddItem(item);
  return true;
}

void Interp::DictSet(DictObj* dict, const Value& key, const Value& value) {
  if (heap_.permanent() && dict->saved && AddBeforeRun(dict, key, value)) return;
  heap_.WillWrite(dict);
  uint64_t hash;
  if (!HashOf(key, hash)) {
    if (dict->attributes_of) MayReplaceAttributes(dict->attributes_of);
    return DictOpen(dict);
  }
  if (dict->attributes_of && key.is(Kind::Str)) {
    heap_.WillWrite(dict->attributes_of);
    dict->attributes_of->attributes.Set(key.symbol(), value);
  }
  if (DictObj::Item* item = FindItem(*this, dict, key, hash)) {
    item->value = value;
    return;
  }
  dict->AddItem({key, value, hash, /*live=*/true, running_effects_});
}

bool Interp::DictErase(DictObj* dict, const Value& key) {
  uint64_t hash;
  if (!HashOf(key, hash)) {
    DictOpen(dict);
    return false;
  }
  DictObj::Item* item = FindItem(*this, dict, key, hash);
  if (!item) return false;
  heap_.WillWrite(dict);
  if (dict->attributes_of && key.is(Kind::Str)) {
    heap_.WillWrite(dict->attributes_of);
    dict->attributes_of->attributes.Erase(key.symbol());
  }
  item->live = false;
  --dict->live_count;
  return true;
}

// Longer ranges are treated as loops of unknown length: nothing in a model has so many distinct iterations.
static constexpr int64_t kMaxRange = 20000;

static bool IterateRange(const RangeObj* range, llvm::SmallVectorImpl<Value>& items, bool& open) {
  std::optional<int64_t> start = range->start.value(), stop = range->stop.value(), step = range->step.value();
  if (!start || !stop || !step || *step == 0) {
    open = true;
    items.push_back(Value::SomeInt());
    return true;
  }
  int64_t count = *step > 0 ? (*stop - *start + *step - 1) / *step : (*start - *stop - *step - 1) / -*step;
  if (count > kMaxRange) {
    open = true;
    items.push_back(Value::SomeInt());
    return true;
  }
  for (int64_t i = 0, n = *start; i < count; ++i, n += *step) {
    items.push_back(Value::Int(n));
  }
  return true;
}

bool Interp::Iterate(const Value& iterable, llvm::SmallVectorImpl<Value>& items, bool& open) {
  if (iterable.guess()) {
    open = true;
    items.push_back(Lost("an element of an argument"));
    return true;
  }
  switch (iterable.kind) {
    case Kind::List:
    case Kind::Tuple: {
      auto* list = As<ListObj>(iterable);
      items.append(list->items.begin(), list->items.end());
      open = list->open;
      return true;
    }
    case Kind::Dict:
    case Kind::Set: {
      auto* dict = As<DictObj>(iterable);
      if (dict->global && !running_effects_) RunEffects();
      for (const DictObj::Item& item : dict->items) {
        if (item.live) items.push_back(item.key);
      }
      open = dict->open;
      return true;
    }
    case Kind::Range: return IterateRange(As<RangeObj>(iterable), items, open);
    case Kind::Str: {
      if (iterable.some()) {
        open = true;
        items.push_back(Value::SomeStr());
        return true;
      }
      llvm::StringRef text = iterable.text();
      for (size_t i = 0; i < text.size();) {
        size_t length = 1;
        while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xC0) == 0x80) ++length;
        items.push_back(Value::Str(text.substr(i, length)));
        i += length;
      }
      return true;
    }
    case Kind::Iterator: {
      auto* iterator = As<IteratorObj>(iterable);
      heap_.WillWrite(iterator);
      items.append(iterator->items.begin() + iterator->position, iterator->items.end());
      iterator->position = iterator->items.size();
      open = iterator->open;
      return true;
    }
    case Kind::Tensor: {
      shape::Shape shape = As<TensorObj>(iterable)->type.shape;
      std::optional<int64_t> count = shape.rank_known() && shape.rank() > 0 ? shape.dims()[0].value() : std::nullopt;
      if (shape.rank_known() && shape.rank() == 0) {
        Raise("TypeError", "iteration over a 0-d tensor", "tensor-iteration");
        return false;
      }
      if (!count || *count > 4096) {
        open = true;
        Value element = GetItem(iterable, Value::SomeInt());
        if (element.raised()) return false;
        items.push_back(element);
        return true;
      }
      for (int64_t i = 0; i < *count; ++i) {
        Value element = GetItem(iterable, Value::Int(i));
        if (element.raised()) return false;
        items.push_back(element);
      }
      return true;
    }
    case Kind::Class: {
      auto* cls = As<ClassObj>(iterable);
      if (cls->is_enum) {
        for (const auto& [name, value] : cls->attributes.entries()) {
          if (cls->Made(value)) items.push_back(value);
        }
        return true;
      }
      open = true;
      items.push_back(Lost("iteration over a class"));
      return true;
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(iterable);
      Value method = FindInClass(instance->cls, N().iter);
      if (method.defined()) {
        Value iterator = Call(BindDescriptor(method, iterable, instance->cls), {});
        if (iterator.raised()) return false;
        if (!(iterator == iterable)) return Iterate(iterator, items, open);
        Value next = FindInClass(instance->cls, N().next);
        for (int i = 0; next.defined() && i < 10000; ++i) {
          handlers_.push_back({"StopIteration"});
          Value item = Call(BindDescriptor(next, iterable, instance->cls), {});
          handlers_.pop_back();
          if (item.raised()) {
            bool ended = exception_.is(Kind::Instance) && Text(As<InstanceObj>(exception_)->cls->name) == "StopIteration";
            if (ended) ClearException();
            return ended;
          }
          items.push_back(item);
          if (item.unknown()) break;
        }
        open = true;
        return true;
      }
      if (instance->payload.defined()) return Iterate(PayloadOf(instance), items, open);
      Value getitem = FindInClass(instance->cls, N().getitem);
      Value length = FindInClass(instance->cls, N().len).defined() ? Length(iterable) : Value();
      if (length.raised()) return false;
      if (getitem.defined() && length.is(Kind::Int) && length.dim().is_constant()) {
        for (int64_t i = 0; i < length.dim().constant() && i < kMaxRange; ++i) {
          Value item = GetItem(iterable, Value::Int(i));
          if (item.raised()) return false;
          items.push_back(item);
        }
        return true;
      }
      open = true;
      items.push_back(Lost("iteration over an object"));
      return true;
    }
    case Kind::None:
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float:
      Raise("TypeError", "'" + Text(TypeOf(iterable)->name).str() + "' object is not iterable", "not-iterable");
      return false;
    default:
      open = true;
      items.push_back(iterable.unknown() ? iterable : Lost("iteration over an unknown value"));
      return true;
  }
}

Value Interp::Length(const Value& value) {
  if (value.guess()) return Value::SomeInt();
  switch (value.kind) {
    case Kind::Str: return value.some() ? Value::SomeInt() : Value::Int(value.text().size());
    case Kind::List:
    case Kind::Tuple: return As<ListObj>(value)->open ? Value::SomeInt() : Value::Int(As<ListObj>(value)->items.size());
    case Kind::Dict:
    case Kind::Set:
      if (As<DictObj>(value)->global && !running_effects_) RunEffects();
      return As<DictObj>(value)->open ? Value::SomeInt() : Value::Int(As<DictObj>(value)->live_count);
    case Kind::Range: {
      auto* range = As<RangeObj>(value);
      if (range->step == shape::Dim(1) && range->start == shape::Dim(0)) return Value::Int(Max(range->stop, shape::Dim(0)));
      llvm::SmallVector<Value, 16> items;
      bool open = false;
      IterateRange(range, items, open);
      return open ? Value::SomeInt() : Value::Int(items.size());
    }
    case Kind::Tensor: {
      shape::Shape shape = As<TensorObj>(value)->type.shape;
      if (!shape.rank_known()) return Value::SomeInt();
      if (shape.rank() == 0) return Raise("TypeError", "len() of a 0-d tensor", "tensor-iteration");
      return Value::Int(shape.dims()[0]);
    }
    case Kind::Class:
      if (As<ClassObj>(value)->is_enum) {
        llvm::SmallVector<Value, 16> items;
        bool open = false;
        Iterate(value, items, open);
        return Value::Int(items.size());
      }
      return Value::SomeInt();
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(value);
      Value method = FindInClass(instance->cls, N().len);
      if (method.defined()) return Call(BindDescriptor(method, value, instance->cls), {});
      if (instance->payload.defined()) return Length(PayloadOf(instance));
      return Value::SomeInt();
    }
    case Kind::None:
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float: return Raise("TypeError", "object of type '" + Text(TypeOf(value)->name).str() + "' has no len()", "not-sized");
    default: return Value::SomeInt();
  }
}

}  // namespace trident::eval
