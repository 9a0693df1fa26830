#include "core/eval/kept_model.h"

#include "core/eval/copier.h"

namespace trident::eval {

namespace {

parse::NodeId PlaceOf(const Object* object) {
  return object->kind == Kind::Class ? static_cast<const ClassObj*>(object)->definition : static_cast<const FunctionObj*>(object)->node;
}

// What the class or function is defined as by now; null: it was made by a call (namedtuple), or there are several.
Object* DefinedAs(const Object* object, const Definitions& definitions) {
  parse::NodeId place = PlaceOf(object);
  return place == parse::kNoNode ? nullptr : definitions.lookup(place);
}

// Whether nobody has written to the object since the constructor that made it.
bool IsAsMade(const Object* object, const KeptModel& kept) { return kept.begin < object->touched && object->touched <= kept.end; }

class Keeper : public Copier {
 public:
  Keeper(const KeptModel& kept, Heap& heap, const Definitions& definitions) : Copier(heap), kept_(kept), definitions_(definitions) {}

 protected:
  Object* InsteadOf(Object* object) override {
    if (object->permanent) return object;
    bool placed = object->kind == Kind::Class || object->kind == Kind::Function;
    if (!placed || DefinedAs(object, definitions_) != object) return nullptr;
    if (object->kind == Kind::Class) {
      auto* cls = heap_.New<ClassObj>();
      cls->definition = PlaceOf(object);
      return cls;
    }
    auto* function = heap_.New<FunctionObj>();
    function->node = PlaceOf(object);
    return function;
  }
  bool MayCopy(const Object* object) const override { return IsAsMade(object, kept_); }
  bool Adapt(const TensorObj& from, TensorObj& tensor) override {
    tensor.node = kept_.NumberOf(from);
    return tensor.gap == 0 && (tensor.node >= kFirstImportedNode || kept_.numbers.contains(tensor.node));
  }

 private:
  const KeptModel& kept_;
  const Definitions& definitions_;
};

class Maker : public Copier {
 public:
  Maker(Heap& heap, const CallSummary& call, const Definitions& definitions, uint32_t first_value, Place here)
      : Copier(heap), call_(call), kept_(*call.model), definitions_(definitions), number_shift_(first_value - kept_.numbers.first), here_(here) {}

 protected:
  Object* InsteadOf(Object* object) override {
    if (object->permanent) return object;
    if (object->kind != Kind::Class && object->kind != Kind::Function) return nullptr;
    if (!kept_.heap && DefinedAs(object, kept_.stood->stands ? definitions_ : kept_.stood->definitions) != object) return nullptr;
    return DefinedAs(object, definitions_);
  }
  bool MayCopy(const Object* object) const override { return kept_.heap || IsAsMade(object, kept_); }
  bool Adapt(const TensorObj& from, TensorObj& tensor) override {
    tensor.node = kept_.NumberOf(from);
    bool own = kept_.numbers.contains(tensor.node);
    if (own) tensor.node += number_shift_;
    if (tensor.origin_unit == call_.call.unit && tensor.origin_node == call_.call.node) {
      tensor.origin_unit = here_.unit;
      tensor.origin_node = here_.node;
    }
    return tensor.gap == 0 && (own || tensor.node >= kFirstImportedNode);
  }

 private:
  const CallSummary& call_;
  const KeptModel& kept_;
  const Definitions& definitions_;
  uint32_t number_shift_;
  Place here_;
};

// The model and all of the script's that was made with it.
bool CopyAll(Copier& copier, const KeptModel& from, Value& model, std::vector<InstanceObj*>& made) {
  model = from.model;
  if (!model.is(Kind::Instance) || !copier.Copy(model)) return false;
  return llvm::all_of(from.made, [&](InstanceObj* instance) {
    Value value = Value::Obj(instance);
    bool copied = copier.Copy(value);
    made.push_back(As<InstanceObj>(value));
    return copied;
  });
}

}  // namespace

uint32_t Stood::NumberAt(const TensorObj& tensor, uint32_t time) const {
  auto known = numbers.find(&tensor);
  if (known == numbers.end()) return tensor.node;
  auto then = llvm::find_if(known->second, [&](Number number) { return number.first > time; });
  return then == known->second.end() ? tensor.node : then->second;
}

void StoodRuns::Renumber(TensorObj& tensor, uint32_t number, const Heap& heap) {
  // A model that stands may be run for hours: what is forgotten costs time.
  constexpr size_t kMaxTensors = 100'000, kMaxEach = 16;
  // What was made or written to since the last constructor began or ended is in no model as it was left.
  bool of_model = tensor.standing && tensor.touched < heap.time();
  if (of_model && now_->numbers.size() < kMaxTensors) {
    llvm::SmallVector<Stood::Number, 1>& earlier = now_->numbers[&tensor];
    if (earlier.size() < kMaxEach) earlier.emplace_back(heap.time(), tensor.node);
  }
  tensor.node = number;
}

void StoodRuns::Retire(Heap& heap, Definitions definitions) {
  constexpr size_t kMaxRetired = 4;
  // No model was kept.
  if (now_.use_count() == 1) return;
  now_->definitions = std::move(definitions);
  now_->objects = heap.RetireStanding();
  llvm::erase_if(retired_, [](const std::weak_ptr<Stood>& stood) { return stood.expired(); });
  retired_.push_back(now_);
  if (retired_.size() <= kMaxRetired) return;
  if (std::shared_ptr<Stood> oldest = retired_.front().lock()) oldest->objects.reset();
  retired_.erase(retired_.begin());
}

void StoodRuns::End() {
  now_->stands = false;
  now_ = std::make_shared<Stood>();
}

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

std::shared_ptr<const KeptModel> CopyApart(const KeptModel& kept, const Definitions& definitions) {
  auto apart = std::make_shared<KeptModel>();
  auto heap = std::make_shared<Heap>();
  Keeper keeper(kept, *heap, definitions);
  for (Object* object : kept.given) {
    apart->given.push_back(heap->New<BuiltinObj>());
    keeper.Know(object, apart->given.back());
  }
  if (!CopyAll(keeper, kept, apart->model, apart->made)) return nullptr;
  apart->numbers = kept.numbers;
  apart->generation = kept.generation;
  for (auto [object, copy] : keeper.copies()) {
    if (!object->permanent) apart->of_run[object] = copy;
  }
  apart->heap = std::move(heap);
  return apart;
}

std::optional<RemadeModel> RemakeModel(const CallSummary& call, const Args& args, Heap& heap, const Definitions& definitions, uint32_t first_value, Place here) {
  const KeptModel& kept = *call.model;
  Maker maker(heap, call, definitions, first_value, here);
  RemadeModel remade;
  remade.kept.given = GivenObjects(args);
  if (kept.given.size() != remade.kept.given.size()) return std::nullopt;
  for (auto [then, now] : llvm::zip(kept.given, remade.kept.given)) maker.Know(then, now);
  remade.kept.begin = heap.Tick();
  if (!CopyAll(maker, kept, remade.model, remade.kept.made)) return std::nullopt;
  remade.kept.end = heap.Tick();
  remade.kept.model = remade.model;
  remade.kept.numbers = {first_value, first_value + kept.numbers.size()};
  for (auto [object, copy] : kept.of_run) remade.moved[object] = maker.copies().lookup(copy);
  return remade;
}

}  // namespace trident::eval
