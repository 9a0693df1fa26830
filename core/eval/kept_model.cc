#include "core/eval/kept_model.h"

#include "core/eval/summary.h"

namespace trident::eval {

namespace {

constexpr size_t kMaxObjects = 50'000;

parse::NodeId PlaceOf(const Object* object) {
  return object->kind == Kind::Class ? static_cast<const ClassObj*>(object)->definition : static_cast<const FunctionObj*>(object)->node;
}

// Copies what hangs together.
class Copier {
 public:
  explicit Copier(Heap& heap) : heap_(heap) {}
  virtual ~Copier() = default;

  // False when there is something that is not copied.
  bool Copy(Value& value) {
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

  void Know(Object* object, Object* copy) { copies_[object] = copy; }
  const llvm::DenseMap<Object*, Object*>& copies() const { return copies_; }

 protected:
  // What stands there for an object that is not copied; null: it is to be copied.
  virtual Object* InsteadOf(Object* object) = 0;
  virtual bool MayCopy(const Object* object) const = 0;
  virtual bool Adapt(TensorObj& tensor) = 0;

  Heap& heap_;

 private:
  bool CopyObject(Value& value) {
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
        auto* copy = Add(value, heap_.New<TensorObj>());
        return Adapt(*copy) && Attributes(copy->attributes);
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
        copies_[method] = copy;
        value.object = copy;
        return Copy(copy->self) && Copy(copy->function);
      }
      default: return false;
    }
  }

  bool CopyDict(DictObj& copy) {
    if (copy.attributes_of) return false;
    for (DictObj::Item& item : copy.items) {
      // What is told by which object it is would be told otherwise.
      if (item.key.is_object() || !Copy(item.value)) return false;
    }
    return Copy(copy.factory);
  }

  template <typename T>
  T* Add(Value& value, T* copy) {
    CopyState(copy, value.object);
    copies_[value.object] = copy;
    value.object = copy;
    return copy;
  }

  bool All(llvm::MutableArrayRef<Value> values) {
    return llvm::all_of(values, [&](Value& value) { return Copy(value); });
  }

  bool Attributes(Table& table) {
    return llvm::all_of(table.entries(), [&](Table::Entry& entry) { return Copy(entry.second); });
  }

  llvm::DenseMap<Object*, Object*> copies_;
};

class Keeper : public Copier {
 public:
  Keeper(KeptModel::Objects& objects, uint32_t mark, Range numbers, const Definitions& definitions)
      : Copier(objects.heap), objects_(objects), mark_(mark), numbers_(numbers), definitions_(definitions) {}

 protected:
  Object* InsteadOf(Object* object) override {
    if (object->permanent) return object;
    bool placed = object->kind == Kind::Class || object->kind == Kind::Function;
    if (!placed || definitions_.lookup(PlaceOf(object)) != object) return nullptr;
    objects_.needs.push_back(PlaceOf(object));
    if (object->kind == Kind::Class) {
      auto* cls = heap_.New<ClassObj>();
      cls->definition = PlaceOf(object);
      return cls;
    }
    auto* function = heap_.New<FunctionObj>();
    function->node = PlaceOf(object);
    return function;
  }
  bool MayCopy(const Object* object) const override { return object->serial >= mark_; }
  bool Adapt(TensorObj& tensor) override { return tensor.gap == 0 && (numbers_.contains(tensor.node) || tensor.node >= kFirstImportedNode); }

 private:
  KeptModel::Objects& objects_;
  uint32_t mark_;
  Range numbers_;
  const Definitions& definitions_;
};

class Maker : public Copier {
 public:
  Maker(Heap& heap, const CallSummary& call, const Definitions& definitions, uint32_t first_value, Place here)
      : Copier(heap), call_(call), definitions_(definitions), number_shift_(first_value - call.model->objects->first_value), here_(here) {}

 protected:
  Object* InsteadOf(Object* object) override {
    if (object->permanent) return object;
    return object->kind == Kind::Class || object->kind == Kind::Function ? definitions_.lookup(PlaceOf(object)) : nullptr;
  }
  bool MayCopy(const Object*) const override { return true; }
  bool Adapt(TensorObj& tensor) override {
    if (tensor.node < kFirstImportedNode) tensor.node += number_shift_;
    if (tensor.origin_unit == call_.call.unit && tensor.origin_node == call_.call.node) {
      tensor.origin_unit = here_.unit;
      tensor.origin_node = here_.node;
    }
    return true;
  }

 private:
  const CallSummary& call_;
  const Definitions& definitions_;
  uint32_t number_shift_;
  Place here_;
};

}  // namespace

llvm::SmallVector<Object*, 4> GivenObjects(const Args& args) {
  llvm::SmallVector<Object*, 4> objects;
  auto add = [&](const Value& value) {
    bool placed = value.is(Kind::Class) || value.is(Kind::Function);
    if (value.is_object() && !value.object->permanent && !placed && !llvm::is_contained(objects, value.object)) objects.push_back(value.object);
  };
  llvm::for_each(args.positional, add);
  for (const auto& [name, value] : args.keywords) add(value);
  return objects;
}

std::shared_ptr<const KeptModel> KeepModel(const Value& model, const Args& args, uint32_t mark, Range numbers, llvm::ArrayRef<InstanceObj*> made, const Definitions& definitions) {
  auto objects = std::make_shared<KeptModel::Objects>();
  Keeper keeper(*objects, mark, numbers, definitions);
  objects->model = model;
  objects->first_value = numbers.first;
  for (Object* object : GivenObjects(args)) {
    objects->given.push_back(objects->heap.New<BuiltinObj>());
    keeper.Know(object, objects->given.back());
  }
  if (!model.is(Kind::Instance) || !keeper.Copy(objects->model)) return nullptr;
  for (InstanceObj* instance : made) {
    Value value = Value::Obj(instance);
    if (!keeper.Copy(value)) return nullptr;
    objects->made.push_back(As<InstanceObj>(value));
  }
  auto kept = std::make_shared<KeptModel>();
  kept->objects = std::move(objects);
  for (auto [object, copy] : keeper.copies()) {
    if (!object->permanent) kept->of_run[object] = copy;
  }
  return kept;
}

bool CanRemake(const KeptModel& model, const Args& args, const Definitions& definitions) {
  return model.objects->given.size() == GivenObjects(args).size() && llvm::all_of(model.objects->needs, [&](parse::NodeId place) { return definitions.lookup(place) != nullptr; });
}

RemadeModel RemakeModel(const CallSummary& call, const Args& args, Heap& heap, const Definitions& definitions, uint32_t first_value, Place here, Moved& moved) {
  const KeptModel::Objects& objects = *call.model->objects;
  Maker maker(heap, call, definitions, first_value, here);
  for (auto [placeholder, object] : llvm::zip_equal(objects.given, GivenObjects(args))) maker.Know(placeholder, object);
  RemadeModel remade;
  remade.model = objects.model;
  CHECK(maker.Copy(remade.model));
  for (InstanceObj* instance : objects.made) {
    Value value = Value::Obj(instance);
    CHECK(maker.Copy(value));
    remade.made.push_back(As<InstanceObj>(value));
  }
  auto kept = std::make_shared<KeptModel>();
  kept->objects = call.model->objects;
  for (auto [object, copy] : maker.copies()) {
    if (!object->permanent) kept->of_run[copy] = object;
  }
  for (auto [object, copy] : call.model->of_run) moved[object] = maker.copies().lookup(copy);
  remade.kept = std::move(kept);
  return remade;
}

}  // namespace trident::eval
