// By what calls of modules are known to be equal: the fingerprint of everything that they can see of the object and of the
// arguments (classes, attributes, tensor types; not identities).
#include "core/eval/interp.h"
#include "core/eval/script_calls.h"
#include "core/eval/visited.h"

namespace trident::eval {

namespace {

// Deeper structures are told apart by identity: sound, and it bounds the work.
constexpr int kMaxDepth = 48;

}  // namespace

Fingerprint Interp::StructureOf(const Value& value, int depth, Met& seen) {
  Fingerprint fingerprint = Combine(Fingerprint{static_cast<uint64_t>(value.kind) + 1, value.flags}, value.aux);
  // Where an unknown value was lost makes no difference to what a call gives.
  if (value.unknown()) {
    told_by_serial_ |= value.bits != 0;  // But what it makes is lost there.
    return fingerprint;
  }
  if (!value.is_object()) return Combine(fingerprint, value.bits);
  auto identity = [&] { return Combine(fingerprint, IdentityOf(value.object)); };
  if (depth > kMaxDepth) return identity();
  // An object met before is told by its number: aliases and cycles are part of the structure.
  auto [place, added] = seen.try_emplace(value.object, seen.size());
  if (!added) return Combine(Combine(fingerprint, 0xA11A5ull), static_cast<uint64_t>(place->second));
  value.object->hashed = true;
  if (value.object->exposed) fingerprint = Combine(fingerprint, 0xE4705ull);
  auto add = [&](const Value& part) { fingerprint = Combine(fingerprint, StructureOf(part, depth + 1, seen)); };
  auto add_table = [&](const Table& table) {
    for (const auto& [name, part] : table.entries()) {
      fingerprint = Combine(fingerprint, static_cast<uint64_t>(name.index));
      add(part);
    }
  };
  switch (value.kind) {
    case Kind::Tensor: {
      auto* tensor = As<TensorObj>(value);
      const shape::TensorType& type = tensor->type;
      fingerprint = Combine(fingerprint, (static_cast<uint64_t>(type.shape.raw()) << 32) | type.strides.raw());
      fingerprint = Combine(fingerprint, static_cast<uint64_t>(type.dtype) | static_cast<uint64_t>(type.contiguity) << 8 |
                                             static_cast<uint64_t>(type.zero_dim_scalar) << 16 | static_cast<uint64_t>(tensor->parameter) << 17 |
                                             static_cast<uint64_t>(tensor->requires_grad) << 18 | static_cast<uint64_t>(tensor->refinable) << 19);
      const Lineage& lineage = tensor->lineage;
      if (lineage.root != 0) {
        fingerprint = Combine(fingerprint, static_cast<uint64_t>(lineage.root) | static_cast<uint64_t>(static_cast<uint8_t>(lineage.shift)) << 16 |
                                               static_cast<uint64_t>(lineage.same_shape) << 24 | static_cast<uint64_t>(lineage.same_dtype) << 25 |
                                               static_cast<uint64_t>(lineage.sure) << 26 | static_cast<uint64_t>(lineage.ranked) << 27);
      }
      for (double d : tensor->numbers) fingerprint = Combine(fingerprint, Value::Float(d).bits);
      for (int64_t n : tensor->contents) fingerprint = Combine(fingerprint, static_cast<uint64_t>(n));
      add_table(tensor->attributes);
      return fingerprint;
    }
    case Kind::List:
    case Kind::Tuple: {
      auto* list = As<ListObj>(value);
      fingerprint = Combine(fingerprint, list->items.size() * 4 + list->open * 2 + list->is_size);
      for (const Value& item : list->items) add(item);
      return fingerprint;
    }
    case Kind::Dict:
    case Kind::Set: {
      auto* dict = As<DictObj>(value);
      fingerprint = Combine(fingerprint, dict->live_count * 2ull + dict->open);
      for (const DictObj::Item& item : dict->items) {
        if (!item.live) continue;
        add(item.key);
        add(item.value);
      }
      return fingerprint;
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(value);
      // A module's own structure is part of that of every module above it: keep it until something hashed is written. What
      // modules share is not part of it; a call that is kept changed nothing, so that sharing makes no difference to it.
      if (instance->cls->is_nn_module) return ModuleStructure(instance, fingerprint);
      fingerprint = Combine(Combine(fingerprint, IdentityOf(instance->cls)), static_cast<uint64_t>(instance->open));
      add_table(instance->attributes);
      if (instance->payload.defined()) add(instance->payload);
      return fingerprint;
    }
    case Kind::Partial: {
      auto* partial = As<PartialObj>(value);
      fingerprint = Combine(fingerprint, partial->arguments.size() * 2 + partial->method);
      add(partial->function);
      for (const Value& argument : partial->arguments) add(argument);
      add_table(partial->keywords);
      return fingerprint;
    }
    case Kind::Method:
      add(As<MethodObj>(value)->self);
      add(As<MethodObj>(value)->function);
      return fingerprint;
    default: return identity();
  }
}

// Of what is told by which object it is. The script's objects are others in each run; what they hold tells them then.
Fingerprint Interp::IdentityOf(const Object* object) {
  if (!object->permanent) {
    if (of_script_) {
      if (std::optional<Fingerprint> view = script_calls_->ViewsNow().Of(object)) return *view;
    }
    if (auto view = views_.find(object); view != views_.end()) return view->second;
    told_by_serial_ = true;
  }
  return {object->serial, 0};
}

Fingerprint Interp::ModuleStructure(InstanceObj* instance, Fingerprint fingerprint) {
  if (instance->structure_epoch == heap_.epoch()) {
    told_by_serial_ |= instance->structure_by_serial;
    return instance->structure;
  }
  // Met again below itself: told by its identity.
  if (!hashing_.insert(instance).second) return Combine(fingerprint, IdentityOf(instance));
  bool outer_by_serial = std::exchange(told_by_serial_, false);
  Met seen;
  instance->hashed = true;
  fingerprint = Combine(Combine(fingerprint, IdentityOf(instance->cls)), static_cast<uint64_t>(instance->open) | static_cast<uint64_t>(instance->exposed) << 1);
  for (const auto& [name, part] : instance->attributes.entries()) {
    fingerprint = Combine(Combine(fingerprint, static_cast<uint64_t>(name.index)), StructureOf(part, 1, seen));
  }
  if (instance->payload.defined()) fingerprint = Combine(fingerprint, StructureOf(instance->payload, 1, seen));
  for (Symbol name : instance->buffers) fingerprint = Combine(fingerprint, static_cast<uint64_t>(name.index));
  for (Symbol name : instance->placeholders) fingerprint = Combine(fingerprint, static_cast<uint64_t>(name.index));
  instance->structure = fingerprint;
  instance->structure_by_serial = told_by_serial_;
  told_by_serial_ |= outer_by_serial;
  instance->structure_epoch = heap_.epoch();
  hashing_.erase(instance);
  return fingerprint;
}

Fingerprint Interp::CallKey(const Value& callee, const Args& args) {
  told_by_serial_ = false;
  Met seen;
  Fingerprint key = StructureOf(callee, 0, seen);
  seen.clear();
  for (const Value& value : args.positional) key = Combine(key, StructureOf(value, 1, seen));
  for (const auto& [name, value] : args.keywords) key = Combine(Combine(key, static_cast<uint64_t>(name.index)), StructureOf(value, 1, seen));
  return Combine(key, (handlers_.empty() ? 0 : 1) + (args.open || args.open_rest ? 2 : 0) + (args.exposed ? 4 : 0));
}

namespace {

Visited& ThreadVisited() {
  static thread_local Visited visited;
  return visited;
}

class TensorWalk {
 public:
  // `of_entry`: whether an argument of the entry can be seen through what was met.
  TensorWalk(llvm::SmallVectorImpl<std::pair<TensorObj*, uint32_t>>& out, bool& of_entry) : out_(out), of_entry_(of_entry), seen_(ThreadVisited()) { seen_.Clear(); }

  void Visit(const Value& value, int depth) {
    if (!value.is_object() || depth > kMaxDepth) return;
    switch (value.kind) {
      case Kind::Tensor:
        if (!seen_.Insert(value.object)) return;
        out_.emplace_back(As<TensorObj>(value), As<TensorObj>(value)->node);
        of_entry_ |= As<TensorObj>(value)->lineage.root != 0;
        return;
      case Kind::List:
      case Kind::Tuple:
        if (!seen_.Insert(value.object)) return;
        if (const TensorObj* owner = As<ListObj>(value)->shape_of) of_entry_ |= owner->lineage.root != 0;
        for (const Value& item : As<ListObj>(value)->items) Visit(item, depth + 1);
        return;
      case Kind::Dict:
        if (!seen_.Insert(value.object)) return;
        for (const DictObj::Item& item : As<DictObj>(value)->items) {
          if (item.live) Visit(item.value, depth + 1);
        }
        return;
      case Kind::Instance: {
        if (!seen_.Insert(value.object)) return;
        auto* instance = As<InstanceObj>(value);
        for (const auto& [name, part] : instance->attributes.entries()) Visit(part, depth + 1);
        if (instance->payload.defined()) Visit(instance->payload, depth + 1);
        return;
      }
      case Kind::Method: Visit(As<MethodObj>(value)->self, depth + 1); return;
      default: return;
    }
  }

 private:
  llvm::SmallVectorImpl<std::pair<TensorObj*, uint32_t>>& out_;
  bool& of_entry_;
  Visited& seen_;
};

}  // namespace

Interp::Visible Interp::VisibleTensors(const Value& callee, const Args& args) {
  Visible out;
  TensorWalk walk(out, out.of_entry);
  walk.Visit(callee, 0);
  for (const Value& value : args.positional) walk.Visit(value, 1);
  for (const auto& [name, value] : args.keywords) walk.Visit(value, 1);
  return out;
}

}  // namespace trident::eval
