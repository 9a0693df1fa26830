#include "core/eval/copier.h"

namespace trident::eval {

static constexpr size_t kMaxObjects = 50'000;

bool Copier::Copy(Value& value) {
  if (!value.is_object()) return true;
  Object*& copy = copies_[value.object];
  if (!copy) {
    if (copies_.size() > kMaxObjects) return false;
    copy = InsteadOf(value.object);
  }
  if (copy) {
    value.object = copy;
    return true;
  }
  return MayCopy(value.object) && CopyObject(value);
}

template <typename T>
T* Copier::Add(Value& value, T* copy) {
  CopyState(copy, value.object);
  copies_[value.object] = copy;
  value.object = copy;
  return copy;
}

bool Copier::CopyObject(Value& value) {
  switch (value.kind) {
    case Kind::List:
    case Kind::Tuple: {
      auto* copy = Add(value, heap_.New<ListObj>(value.kind));
      return !copy->shape_of && All(copy->items);
    }
    case Kind::Dict:
    case Kind::Set: return CopyDict(*Add(value, heap_.New<DictObj>(value.kind)));
    case Kind::Instance: {
      auto* copy = Add(value, heap_.New<InstanceObj>());
      copy->structure_epoch = 0xFFFFFFFF;
      Value cls = Value::Obj(copy->cls);
      if (!Copy(cls)) return false;
      copy->cls = As<ClassObj>(cls);
      return Attributes(copy->attributes) && Copy(copy->payload);
    }
    case Kind::Tensor: {
      const TensorObj& from = *As<TensorObj>(value);
      auto* copy = Add(value, heap_.New<TensorObj>());
      return Adapt(from, *copy) && Attributes(copy->attributes);
    }
    case Kind::Partial: {
      auto* copy = Add(value, heap_.New<PartialObj>());
      return Copy(copy->function) && All(copy->arguments) && Attributes(copy->keywords);
    }
    case Kind::Method: {
      auto* method = As<MethodObj>(value);
      auto* copy = heap_.New<MethodObj>();
      copy->self = method->self;
      copy->function = method->function;
      Know(method, copy);
      value.object = copy;
      return Copy(copy->self) && Copy(copy->function);
    }
    default: return false;
  }
}

bool Copier::CopyDict(DictObj& copy) {
  if (copy.attributes_of) return false;
  for (DictObj::Item& item : copy.items) {
    if (item.key.is_object() || !Copy(item.value)) return false;
  }
  return Copy(copy.factory);
}

bool Copier::All(llvm::MutableArrayRef<Value> values) {
  return llvm::all_of(values, [&](Value& value) { return Copy(value); });
}

bool Copier::Attributes(Table& table) {
  return llvm::all_of(table.entries(), [&](Table::Entry& entry) { return Copy(entry.second); });
}

}  // namespace trident::eval
