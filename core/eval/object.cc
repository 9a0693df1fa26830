#include "core/eval/object.h"

namespace trident::eval {

const Value* Table::Find(Symbol name) const {
  if (entries_.size() > kLinear) {
    if (index_.empty() && ++scans_ > kScans) Index();
    if (!index_.empty()) {
      auto found = index_.find(name);
      return found == index_.end() ? nullptr : &entries_[found->second].second;
    }
  }
  for (const Entry& entry : entries_) {
    if (entry.first == name) return &entry.second;
  }
  return nullptr;
}

void Table::Index() const {
  index_.reserve(entries_.size());
  for (uint32_t i = 0; i < entries_.size(); ++i) index_[entries_[i].first] = i;
}

void Table::Set(Symbol name, Value value) {
  if (Value* place = Find(name)) *place = value;
  else Add(name, value);
}

void Table::Add(Symbol name, Value value) {
  if (!index_.empty()) index_[name] = entries_.size();
  entries_.emplace_back(name, value);
}

bool Table::Erase(Symbol name) {
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].first == name) {
      entries_.erase(entries_.begin() + i);
      index_.clear();
      scans_ = 0;
      return true;
    }
  }
  return false;
}

void DictObj::AddItem(Item item) {
  items.push_back(item);
  ++live_count;
  if (items.size() <= kLinear) return;
  if (2 * items.size() <= slots.size()) return IndexItem(items.size() - 1);
  IndexAll();
}

void DictObj::InsertItem(size_t place, Item item) {
  items.insert(items.begin() + place, item);
  ++live_count;
  if (items.size() > kLinear) IndexAll();
}

void DictObj::IndexAll() {
  slots.assign(4 * llvm::bit_ceil(items.size()), 0);
  for (uint32_t i = 0; i < items.size(); ++i) IndexItem(i);
}

bool DictObj::BeginsWith(const DictObj& other) const {
  auto same = [](const Item& a, const Item& b) { return a.hash == b.hash && a.live == b.live && a.key == b.key; };
  return items.size() >= other.items.size() && std::equal(other.items.begin(), other.items.end(), items.begin(), same);
}

void DictObj::IndexItem(uint32_t place) {
  uint64_t hash = items[place].hash;
  size_t at = (hash ^ hash >> 32) & (slots.size() - 1);
  while (slots[at] != 0) at = (at + 1) & (slots.size() - 1);
  slots[at] = place + 1;
}

void DictObj::RemoveAll() {
  items.clear();
  slots.clear();
  live_count = 0;
}

DictObj::Item* DictObj::FindItem(uint64_t hash, llvm::function_ref<bool(const Item&)> matches) {
  auto is_it = [&](const Item& item) { return item.live && item.hash == hash && matches(item); };
  if (items.size() <= kLinear) {
    auto found = llvm::find_if(items, is_it);
    return found == items.end() ? nullptr : &*found;
  }
  for (size_t at = (hash ^ hash >> 32) & (slots.size() - 1); slots[at] != 0; at = (at + 1) & (slots.size() - 1)) {
    if (Item& item = items[slots[at] - 1]; is_it(item)) return &item;
  }
  return nullptr;
}

bool ClassObj::Made(const Value& value) const { return value.is(Kind::Instance) && As<InstanceObj>(value)->cls == this; }

bool ClassObj::DerivesFrom(const ClassObj* other) const {
  for (const ClassObj* base : mro) {
    if (base == other) {
      return true;
    }
  }
  return false;
}

bool ClassObj::DerivesFrom(Native n) const {
  for (const ClassObj* base : mro) {
    if (base->native == n) {
      return true;
    }
  }
  return false;
}

namespace {

template <typename T>
void Copy(Object* to, const Object* from) {
  uint32_t serial = to->serial, touched = to->touched;
  bool permanent = to->permanent, prelude = to->prelude, saved = to->saved;
  *static_cast<T*>(to) = *static_cast<const T*>(from);
  to->serial = serial;
  to->touched = touched;
  to->permanent = permanent;
  to->prelude = prelude;
  to->saved = saved;
  to->hashed = false;
}

// An unowned object that can hold the state of `object`.
Object* Blank(const Object* object) {
  switch (object->kind) {
    case Kind::Tensor: return new TensorObj();
    case Kind::List:
    case Kind::Tuple: return new ListObj(object->kind);
    case Kind::Dict:
    case Kind::Set: return new DictObj(object->kind);
    case Kind::Class: return new ClassObj();
    case Kind::Instance: return new InstanceObj();
    case Kind::Env: return new EnvObj();
    case Kind::Function: return new FunctionObj();
    case Kind::Iterator: return new IteratorObj();
    case Kind::Partial: return new PartialObj();
    case Kind::Property: return new PropertyObj();
    default: CHECK(false && "objects of this kind never change");
  }
}

void DeleteBlank(Object* object) {
  switch (object->kind) {
    case Kind::Tensor: delete static_cast<TensorObj*>(object); return;
    case Kind::List:
    case Kind::Tuple: delete static_cast<ListObj*>(object); return;
    case Kind::Dict:
    case Kind::Set: delete static_cast<DictObj*>(object); return;
    case Kind::Class: delete static_cast<ClassObj*>(object); return;
    case Kind::Instance: delete static_cast<InstanceObj*>(object); return;
    case Kind::Env: delete static_cast<EnvObj*>(object); return;
    case Kind::Function: delete static_cast<FunctionObj*>(object); return;
    case Kind::Iterator: delete static_cast<IteratorObj*>(object); return;
    case Kind::Partial: delete static_cast<PartialObj*>(object); return;
    case Kind::Property: delete static_cast<PropertyObj*>(object); return;
    default: return;
  }
}

}  // namespace

void CopyState(Object* to, const Object* from) {
  switch (from->kind) {
    case Kind::Tensor: Copy<TensorObj>(to, from); return;
    case Kind::List:
    case Kind::Tuple: Copy<ListObj>(to, from); return;
    case Kind::Dict:
    case Kind::Set: Copy<DictObj>(to, from); return;
    case Kind::Class: Copy<ClassObj>(to, from); return;
    case Kind::Instance: Copy<InstanceObj>(to, from); return;
    case Kind::Env: Copy<EnvObj>(to, from); return;
    case Kind::Function: Copy<FunctionObj>(to, from); return;
    case Kind::Iterator: Copy<IteratorObj>(to, from); return;
    case Kind::Partial: Copy<PartialObj>(to, from); return;
    case Kind::Property: Copy<PropertyObj>(to, from); return;
    default: CHECK(false && "objects of this kind never change");
  }
}

namespace {

using Visit = llvm::function_ref<void(const Object*)>;

void Visited(const Value& value, Visit visit) {
  if (value.is_object()) visit(value.object);
}

void Visited(const Table& table, Visit visit) {
  for (const auto& [name, value] : table.entries()) Visited(value, visit);
}

void Visited(llvm::ArrayRef<Value> values, Visit visit) {
  for (const Value& value : values) Visited(value, visit);
}

void Visited(const Object* object, Visit visit) {
  if (object) visit(object);
}

void VisitCallable(const Object* object, Visit visit) {
  switch (object->kind) {
    case Kind::Function: {
      auto* function = static_cast<const FunctionObj*>(object);
      Visited(function->module, visit);
      Visited(function->closure, visit);
      Visited(function->owner, visit);
      Visited(function->defaults, visit);
      return Visited(function->attributes, visit);
    }
    case Kind::Method: {
      auto* method = static_cast<const MethodObj*>(object);
      Visited(method->self, visit);
      return Visited(method->function, visit);
    }
    case Kind::Builtin: return Visited(static_cast<const BuiltinObj*>(object)->self, visit);
    case Kind::Operator: return Visited(static_cast<const OperatorObj*>(object)->self, visit);
    case Kind::Partial: {
      auto* partial = static_cast<const PartialObj*>(object);
      Visited(partial->function, visit);
      Visited(partial->arguments, visit);
      return Visited(partial->keywords, visit);
    }
    case Kind::Property: {
      auto* property = static_cast<const PropertyObj*>(object);
      Visited(property->getter, visit);
      return Visited(property->setter, visit);
    }
    case Kind::StaticMethod:
    case Kind::ClassMethod: return Visited(static_cast<const WrapperObj*>(object)->function, visit);
    case Kind::Super: {
      auto* super = static_cast<const SuperObj*>(object);
      Visited(super->after, visit);
      return Visited(super->self, visit);
    }
    default: return;
  }
}

void VisitScope(const Object* object, Visit visit) {
  switch (object->kind) {
    case Kind::Instance: {
      auto* instance = static_cast<const InstanceObj*>(object);
      Visited(instance->cls, visit);
      Visited(instance->attributes, visit);
      return Visited(instance->payload, visit);
    }
    case Kind::Class: {
      auto* cls = static_cast<const ClassObj*>(object);
      Visited(cls->module, visit);
      Visited(cls->bases, visit);
      for (const ClassObj* base : cls->mro) Visited(base, visit);
      Visited(cls->attributes, visit);
      return Visited(cls->metaclass, visit);
    }
    case Kind::Module: {
      auto* module = static_cast<const ModuleObj*>(object);
      Visited(module->env, visit);
      for (const auto& [name, value] : module->submodules) Visited(value, visit);
      return;
    }
    case Kind::Env: {
      auto* env = static_cast<const EnvObj*>(object);
      Visited(env->variables, visit);
      Visited(env->parent, visit);
      return Visited(env->module, visit);
    }
    default: return VisitCallable(object, visit);
  }
}

}  // namespace

void ForEachReference(const Object* object, Visit visit) {
  switch (object->kind) {
    case Kind::Tensor: return Visited(static_cast<const TensorObj*>(object)->attributes, visit);
    case Kind::List:
    case Kind::Tuple: return Visited(static_cast<const ListObj*>(object)->items, visit);
    case Kind::Dict:
    case Kind::Set: {
      auto* dict = static_cast<const DictObj*>(object);
      if (dict->attributes_of) visit(dict->attributes_of);
      for (const DictObj::Item& item : dict->items) {
        if (!item.live) continue;
        Visited(item.key, visit);
        Visited(item.value, visit);
      }
      return Visited(dict->factory, visit);
    }
    case Kind::Slice: {
      auto* slice = static_cast<const SliceObj*>(object);
      for (const Value& bound : {slice->start, slice->stop, slice->step}) Visited(bound, visit);
      return;
    }
    case Kind::Iterator: return Visited(static_cast<const IteratorObj*>(object)->items, visit);
    case Kind::Alias: {
      auto* alias = static_cast<const AliasObj*>(object);
      Visited(alias->origin, visit);
      return Visited(alias->arguments, visit);
    }
    default: return VisitScope(object, visit);
  }
}

Heap::Heap() = default;

Heap::~Heap() {
  for (auto [object, copy] : changed_by_run_) DeleteBlank(copy);
  Destroy(owned_);
  Destroy(standing_objects_);
  Destroy(permanent_objects_);
}

void Heap::Destroy(std::vector<Owned>& objects) {
  for (auto it = objects.rbegin(); it != objects.rend(); ++it) {
    it->destroy(it->object);
  }
  objects.clear();
}

void Heap::Own(Object* object, void (*destroy)(Object*)) {
  object->serial = next_serial_++;
  object->touched = clock_;
  object->permanent = permanent_;
  object->prelude = permanent_ && prelude_;
  object->standing = standing_ && !permanent_;
  (permanent_ ? permanent_objects_ : standing_ ? standing_objects_ : owned_).push_back({object, destroy});
}

void Heap::SaveForRun(Object* object) {
  if (permanent_) {
    mixed_ |= object->saved;
    return;
  }
  prelude_writes_ += object->prelude;
  ++permanent_writes_;
  if (object->saved) {
    return;
  }
  Object* copy = Blank(object);
  CopyState(copy, object);
  object->saved = true;
  changed_by_run_.emplace_back(object, copy);
}

Object* Heap::WillWriteBeforeRun(Object* object) {
  auto of_it = [&](const auto& pair) { return pair.first == object; };
  auto changed = llvm::find_if(changed_by_run_, of_it);
  auto undoes = [&](const Journal* journal) { return journal->index.contains(object); };
  if (!permanent_ || changed == changed_by_run_.end() || llvm::any_of(journals_, undoes) || llvm::any_of(suspended_, undoes)) return nullptr;
  if (object->hashed) {
    object->hashed = false;
    ++epoch_;
  }
  object->touched = clock_;
  return changed->second;
}

std::vector<const Object*> Heap::ChangedByRun() const {
  std::vector<const Object*> objects;
  for (auto [object, copy] : changed_by_run_) objects.push_back(object);
  return objects;
}

void Heap::EndRun() {
  CHECK(journals_.empty() && !permanent_);
  for (auto [object, copy] : changed_by_run_) {
    CopyState(object, copy);
    object->saved = false;
    DeleteBlank(copy);
  }
  changed_by_run_.clear();
  Destroy(owned_);
  run_memory_.Reset();
  Destroy(standing_objects_);
  standing_memory_.Reset();
  stood_before_ = 0;
  prelude_writes_ = 0;
  ++epoch_;
  oldest_write_ = 0xFFFFFFFF;
}

std::unique_ptr<Heap::Retired> Heap::RetireStanding() { return std::make_unique<Retired>(*this); }

void Heap::EndEntries(size_t changed, uint64_t prelude_writes) {
  CHECK(journals_.empty() && !permanent_ && !standing_);
  for (auto [object, copy] : llvm::ArrayRef(changed_by_run_).drop_front(changed)) {
    CopyState(object, copy);
    object->saved = false;
    DeleteBlank(copy);
  }
  changed_by_run_.resize(changed);
  Destroy(owned_);
  run_memory_.Reset();
  stood_before_ = standing_objects_.size();
  prelude_writes_ = prelude_writes;
  ++epoch_;
  oldest_write_ = 0xFFFFFFFF;
}

void Heap::MakeAnew(size_t first, size_t end) {
  for (size_t i = first; i < end; ++i) standing_objects_[i].object->serial = next_serial_++;
}

bool Heap::RegionsAreApart() const {
  bool apart = true;
  for (const Owned& owned : permanent_objects_) {
    // What the run changed will be put back.
    if (!owned.object->saved) ForEachReference(owned.object, [&](const Object* other) { apart &= other->permanent; });
  }
  for (auto [object, copy] : changed_by_run_) ForEachReference(copy, [&](const Object* other) { apart &= other->permanent; });
  return apart;
}

void Heap::Save(Object* object) {
  Journal& journal = *journals_.back();
  auto [place, added] = journal.index.try_emplace(object, journal.saved.size());
  if (!added) {
    return;
  }
  Object* copy = Blank(object);
  CopyState(copy, object);
  copy->touched = object->touched;
  // Journal copies live as long as the heap: they are few, and journals are passed around by value.
  owned_.push_back({copy, DeleteBlank});
  journal.saved.emplace_back(object, copy);
}

void Heap::Open(Journal& journal) {
  journal.mark = next_serial_;
  journals_.push_back(&journal);
}

void Heap::Close(Journal& journal) {
  CHECK(!journals_.empty() && journals_.back() == &journal);
  journals_.pop_back();
  if (journals_.empty()) {
    return;
  }
  // The enclosing journal must know the states from before this branch.
  Journal& outer = *journals_.back();
  for (auto [object, copy] : journal.saved) {
    if (object->serial < outer.mark && outer.index.try_emplace(object, outer.saved.size()).second) {
      Object* before = Blank(copy);
      CopyState(before, copy);
      before->touched = copy->touched;
      owned_.push_back({before, DeleteBlank});
      outer.saved.emplace_back(object, before);
    }
  }
}

void Heap::Swap(Journal& journal) {
  for (auto [object, copy] : journal.saved) {
    if (object->hashed) {
      object->hashed = false;
      ++epoch_;
    }
    Object* now = Blank(object);
    CopyState(now, object);
    CopyState(object, copy);
    CopyState(copy, now);
    std::swap(object->touched, copy->touched);
    DeleteBlank(now);
  }
}

}  // namespace trident::eval
