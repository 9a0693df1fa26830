// Call summaries: a module called again with equal content gives its result without being run.
//
// Within one evaluation the key is the fingerprint of everything the call can see: the object's structure (classes,
// attributes, tensor types; not identities), the arguments, and whether problems are being published. A summary is
// kept when the call wrote to nothing older than itself and its result is made of new tensors; its bindings and
// problems are already recorded, and its part of the graph is replayed with new value numbers.
#include "core/eval/interp.h"

namespace trident::eval {

namespace {

// Deeper structures are told apart by identity: sound, and it bounds the work.
constexpr int kMaxDepth = 48;

}  // namespace

Fingerprint Interp::StructureOf(const Value& value, int depth, llvm::DenseMap<Object*, uint32_t>& seen) {
  Fingerprint fingerprint = Combine(Fingerprint{static_cast<uint64_t>(value.kind) + 1, value.flags}, value.aux);
  // Where an unknown value was lost makes no difference to what a call gives.
  if (!value.is_object()) return value.unknown() ? fingerprint : Combine(fingerprint, value.bits);
  auto identity = [&] { return Combine(fingerprint, static_cast<uint64_t>(value.object->serial)); };
  if (depth > kMaxDepth) return identity();
  // An object met before is told by its number: aliases and cycles are part of the structure.
  auto [place, added] = seen.try_emplace(value.object, seen.size());
  if (!added) return Combine(Combine(fingerprint, 0xA11A5ull), static_cast<uint64_t>(place->second));
  value.object->hashed = true;
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
                                               static_cast<uint64_t>(lineage.sure) << 26);
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
      fingerprint = Combine(fingerprint, static_cast<uint64_t>(instance->cls->serial));
      add_table(instance->attributes);
      if (instance->payload.defined()) add(instance->payload);
      return fingerprint;
    }
    case Kind::Method:
      add(As<MethodObj>(value)->self);
      add(As<MethodObj>(value)->function);
      return fingerprint;
    default: return identity();
  }
}

Fingerprint Interp::ModuleStructure(InstanceObj* instance, Fingerprint fingerprint) {
  if (instance->structure_epoch == heap_.epoch()) return instance->structure;
  // Met again below itself: told by its identity.
  if (!hashing_.insert(instance).second) return Combine(fingerprint, static_cast<uint64_t>(instance->serial));
  llvm::DenseMap<Object*, uint32_t> seen;
  instance->hashed = true;
  fingerprint = Combine(fingerprint, static_cast<uint64_t>(instance->cls->serial));
  for (const auto& [name, part] : instance->attributes.entries()) {
    fingerprint = Combine(Combine(fingerprint, static_cast<uint64_t>(name.index)), StructureOf(part, 1, seen));
  }
  if (instance->payload.defined()) fingerprint = Combine(fingerprint, StructureOf(instance->payload, 1, seen));
  for (Symbol name : instance->buffers) fingerprint = Combine(fingerprint, static_cast<uint64_t>(name.index));
  instance->structure = fingerprint;
  instance->structure_epoch = heap_.epoch();
  hashing_.erase(instance);
  return fingerprint;
}

Fingerprint Interp::CallKey(const Value& callee, const Args& args) {
  llvm::DenseMap<Object*, uint32_t> seen;
  Fingerprint key = StructureOf(callee, 0, seen);
  seen.clear();
  for (const Value& value : args.positional) key = Combine(key, StructureOf(value, 1, seen));
  for (const auto& [name, value] : args.keywords) key = Combine(Combine(key, static_cast<uint64_t>(name.index)), StructureOf(value, 1, seen));
  return Combine(key, (uncertain() ? 1 : 0) + (handlers_.empty() ? 0 : 2) + (args.open ? 4 : 0) + (guessing_ ? 8 : 0) + run_ * 16);
}

// Whether the value consists of tensors made since `mark` and of constants; `tensors` lists the former in order.
static bool IsFresh(const Value& value, uint32_t mark, llvm::SmallVectorImpl<TensorObj*>& tensors, int depth = 0) {
  if (!value.is_object()) return true;
  if (value.object->serial < mark || value.object->permanent || depth > 8) return false;
  switch (value.kind) {
    case Kind::Tensor:
      if (!As<TensorObj>(value)->attributes.empty()) return false;
      tensors.push_back(As<TensorObj>(value));
      return true;
    case Kind::List:
    case Kind::Tuple:
      return llvm::all_of(As<ListObj>(value)->items, [&](const Value& item) { return IsFresh(item, mark, tensors, depth + 1); });
    default: return false;
  }
}

namespace {

class TensorWalk {
 public:
  explicit TensorWalk(llvm::SmallVectorImpl<std::pair<TensorObj*, uint32_t>>& out) : out_(out) {}

  void Visit(const Value& value, int depth) {
    if (!value.is_object() || depth > kMaxDepth) return;
    switch (value.kind) {
      case Kind::Tensor:
        if (seen_.insert(value.object).second) out_.emplace_back(As<TensorObj>(value), As<TensorObj>(value)->node);
        return;
      case Kind::List:
      case Kind::Tuple:
        if (!seen_.insert(value.object).second) return;
        for (const Value& item : As<ListObj>(value)->items) Visit(item, depth + 1);
        return;
      case Kind::Dict:
        if (!seen_.insert(value.object).second) return;
        for (const DictObj::Item& item : As<DictObj>(value)->items) {
          if (item.live) Visit(item.value, depth + 1);
        }
        return;
      case Kind::Instance: {
        if (!seen_.insert(value.object).second) return;
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
  llvm::DenseSet<Object*> seen_;
};

}  // namespace

Interp::Visible Interp::VisibleTensors(const Value& callee, const Args& args) {
  Visible out;
  TensorWalk walk(out);
  walk.Visit(callee, 0);
  for (const Value& value : args.positional) walk.Visit(value, 1);
  for (const auto& [name, value] : args.keywords) walk.Visit(value, 1);
  return out;
}

void Interp::KeepSummary(Fingerprint key, const Value& result, const Args& args, const Visible& visible, uint32_t mark, uint32_t first_node, uint32_t first_scope) {
  CallSummary summary;
  llvm::SmallVector<TensorObj*, 4> made;
  for (size_t i = 0; i < args.positional.size(); ++i) {
    if (result.is_object() && result == args.positional[i]) summary.returns_argument = i;
  }
  if (summary.returns_argument < 0 && !IsFresh(result, mark, made)) return;
  summary.result = result;
  summary.call = Here();
  summary.first_node = first_node;
  summary.end_node = outcome_.graph.nodes.size();
  summary.first_scope = first_scope;
  summary.end_scope = outcome_.graph.scopes.size();
  for (TensorObj* tensor : made) summary.made.push_back(tensor->node);
  for (const auto& [tensor, before] : visible) {
    summary.inputs.push_back(before);
    summary.after.push_back(tensor->node);
  }
  summaries_[{key.low, key.high}] = std::move(summary);
}

// The result of the summary for these arguments; the graph gets its nodes under the present scope.
Value Interp::Replay(const CallSummary& summary, const Value& callee, const Args& args, const std::string& path) {
  graph::Graph& graph = outcome_.graph;
  ++outcome_.memo_hits;
  llvm::DenseMap<uint32_t, uint32_t> renamed;
  Visible visible = VisibleTensors(callee, args);
  for (size_t i = 0; i < visible.size() && i < summary.inputs.size(); ++i) renamed[summary.inputs[i]] = visible[i].second;
  uint32_t scope_shift = graph.scopes.size() - summary.first_scope;
  uint32_t node_shift = graph.nodes.size() - summary.first_node;
  const std::string old_path = graph.scopes[summary.first_scope].path;
  for (uint32_t i = summary.first_scope; i < summary.end_scope; ++i) {
    graph::Scope scope = graph.scopes[i];
    scope.parent = i == summary.first_scope ? scope_ : scope.parent + scope_shift;
    scope.path = path + scope.path.substr(std::min(old_path.size(), scope.path.size()));
    scope.first_node += node_shift;
    scope.end_node += node_shift;
    graph.scopes.push_back(std::move(scope));
  }
  Place here = Here();
  auto placed = [&](uint32_t unit, uint32_t start, uint32_t end) {
    return summary.call.unit && here.unit && unit < graph.files.size() && graph.files[unit] == summary.call.unit->path &&
           start == summary.call.unit->tree().start(summary.call.node) && end == summary.call.unit->tree().end(summary.call.node);
  };
  for (uint32_t i = summary.first_node; i < summary.end_node; ++i) {
    graph::Node node = graph.nodes[i];
    node.scope += scope_shift;
    if (placed(node.unit, node.start, node.end)) {
      node.unit = GraphFile(here.unit);
      node.start = here.unit->tree().start(here.node);
      node.end = here.unit->tree().end(here.node);
    }
    for (graph::Use& use : node.inputs) {
      if (auto found = renamed.find(use.value); found != renamed.end()) use.value = found->second;
    }
    for (graph::Argument& argument : node.arguments) {
      if (!argument.is(graph::Argument::Kind::Tensor)) continue;
      if (auto found = renamed.find(argument.value()); found != renamed.end()) argument.bits = found->second;
    }
    for (graph::Use& use : node.outputs) {
      auto [place, added] = renamed.try_emplace(use.value, 0);
      if (added) place->second = NextNode();
      use.value = place->second;
    }
    graph.nodes.push_back(std::move(node));
  }
  for (size_t i = summary.first_scope + scope_shift; i < graph.scopes.size(); ++i) {
    graph::Scope& scope = graph.scopes[i];
    // What Trident's own prelude calls is placed at the call, as its nodes are.
    bool at_call = i == summary.first_scope + scope_shift || placed(scope.unit, scope.start, scope.end);
    if (at_call && here.unit) {
      scope.unit = GraphFile(here.unit);
      scope.start = here.unit->tree().start(here.node);
      scope.end = here.unit->tree().end(here.node);
    }
    for (graph::Use& use : scope.outputs) {
      if (auto found = renamed.find(use.value); found != renamed.end()) use.value = found->second;
    }
  }
  for (size_t i = 0; i < visible.size() && i < summary.after.size(); ++i) {
    if (summary.after[i] == summary.inputs[i]) continue;
    if (auto found = renamed.find(summary.after[i]); found != renamed.end()) visible[i].first->node = found->second;
  }
  if (summary.returns_argument >= 0) return args.positional[summary.returns_argument];
  size_t next_made = 0;
  auto copy = [&](auto& self, const Value& value) -> Value {
    if (value.is(Kind::Tensor)) {
      auto* tensor = heap_.New<TensorObj>();
      CopyState(tensor, value.object);
      auto found = renamed.find(next_made < summary.made.size() ? summary.made[next_made] : tensor->node);
      ++next_made;
      tensor->node = found != renamed.end() ? found->second : NextNode();
      if (tensor->origin_unit == summary.call.unit && tensor->origin_node == summary.call.node) {
        tensor->origin_unit = here.unit;
        tensor->origin_node = here.node;
      }
      return Value::Obj(tensor);
    }
    if (!value.is(Kind::List) && !value.is(Kind::Tuple)) return value;
    auto* list = heap_.New<ListObj>(value.kind);
    CopyState(list, value.object);
    for (Value& item : list->items) item = self(self, item);
    return Value::Obj(list);
  };
  return copy(copy, summary.result);
}

}  // namespace trident::eval
