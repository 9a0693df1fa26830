// What evaluation writes into the tensor graph: operator calls with all their arguments, and entries.
#include "core/eval/interp.h"
#include "core/graph/facts.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

using graph::Argument;
using parse::kNoNode;

namespace {

// Longer sequences are data; nothing can be generated from half of them, so they are not kept.
constexpr size_t kMaxElements = 4096;

void CollectTensors(const Value& value, llvm::SmallVectorImpl<TensorObj*>& out, int depth = 0) {
  if (value.is(Kind::Tensor)) {
    out.push_back(As<TensorObj>(value));
  } else if ((value.is(Kind::List) || value.is(Kind::Tuple)) && depth < 4) {
    for (const Value& item : As<ListObj>(value)->items) CollectTensors(item, out, depth + 1);
  }
}

// Operators whose result has no values yet.
bool MakesEmpty(llvm::StringRef op) {
  llvm::StringRef name = op.rsplit('.').second;
  return name == "empty" || name == "empty_like" || name == "new_empty" || name == "empty_strided";
}

// The place of `inplace` among the parameters of torch.nn.functional's functions that have it, or -1.
int InplacePosition(llvm::StringRef op) {
  if (!op.consume_front("torch.nn.functional.")) return -1;
  return llvm::StringSwitch<int>(op)
      .Cases("relu", "relu6", "silu", "mish", "hardswish", "hardsigmoid", "selu", 1)
      .Cases("elu", "celu", "leaky_relu", 2)
      .Cases("hardtanh", "threshold", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", 3)
      .Case("rrelu", 4)
      .Default(-1);
}

Argument::Kind SequenceKind(Kind kind) { return kind == Kind::Tuple ? Argument::Kind::Tuple : Argument::Kind::List; }

}  // namespace

uint32_t Interp::GraphFile(const Unit* unit) {
  auto [slot, added] = graph_files_.try_emplace(unit, outcome_.graph.files.size());
  if (added) {
    outcome_.graph.files.push_back(unit->path);
    graph_units_.push_back(unit);
  }
  return slot->second;
}

void Interp::AppendArgument(llvm::SmallVectorImpl<Argument>& out, const Value& value, Symbol keyword, int depth) {
  Argument argument;
  argument.keyword = keyword;
  auto leaf = [&](Argument::Kind kind, uint64_t bits = 0) {
    argument.kind = kind;
    argument.bits = bits;
    out.push_back(argument);
  };
  auto sequence = [&](Argument::Kind kind, llvm::ArrayRef<Value> items) {
    argument.kind = kind;
    argument.count = items.size();
    out.push_back(argument);
    for (const Value& item : items) AppendArgument(out, item, {}, depth + 1);
  };
  if (depth > 8) return leaf(Argument::Kind::Unknown);
  switch (value.kind) {
    case Kind::None: return leaf(Argument::Kind::None);
    case Kind::Ellipsis: return leaf(Argument::Kind::Ellipsis);
    case Kind::Bool: return value.some() ? leaf(Argument::Kind::Unknown) : leaf(Argument::Kind::Bool, value.truth_bit());
    case Kind::Int: return value.dim().is_unknown() ? leaf(Argument::Kind::Unknown) : leaf(Argument::Kind::Int, value.bits);
    case Kind::Float: return value.some() ? leaf(Argument::Kind::Unknown) : leaf(Argument::Kind::Float, value.bits);
    case Kind::Str: return value.some() ? leaf(Argument::Kind::Unknown) : leaf(Argument::Kind::Str, value.aux);
    case Kind::DType: return value.dtype() == shape::DType::Unknown ? leaf(Argument::Kind::Unknown) : leaf(Argument::Kind::DType, value.bits);
    case Kind::Device: return leaf(Argument::Kind::Device, value.aux);
    case Kind::Operator: return leaf(Argument::Kind::Name, As<OperatorObj>(value)->name.index);
    case Kind::Tensor: return leaf(Argument::Kind::Tensor, As<TensorObj>(value)->node);
    case Kind::List:
    case Kind::Tuple: {
      auto* list = As<ListObj>(value);
      if (list->open || list->items.size() > kMaxElements) return leaf(Argument::Kind::Unknown);
      return sequence(SequenceKind(value.kind), list->items);
    }
    case Kind::Range: {
      llvm::SmallVector<Value, 16> items;
      bool open = false;
      if (!Iterate(value, items, open)) ClearException(), open = true;
      if (open || items.size() > kMaxElements) return leaf(Argument::Kind::Unknown);
      return sequence(Argument::Kind::List, items);
    }
    case Kind::Slice: {
      auto* slice = As<SliceObj>(value);
      return sequence(Argument::Kind::Slice, {slice->start, slice->stop, slice->step});
    }
    case Kind::Class: {
      ops::Value type = ToOps(value);
      return type.kind == ops::Value::Kind::DType ? leaf(Argument::Kind::DType, static_cast<uint64_t>(type.dtype)) : leaf(Argument::Kind::Unknown);
    }
    case Kind::Dict: {
      auto* dict = As<DictObj>(value);
      argument.kind = Argument::Kind::Dict;
      argument.count = dict->live_count;
      bool named = !dict->open && llvm::all_of(dict->items, [](const DictObj::Item& item) { return !item.live || (item.key.is(Kind::Str) && !item.key.some()); });
      if (!named) return leaf(Argument::Kind::Unknown);
      out.push_back(argument);
      for (const DictObj::Item& item : dict->items) {
        if (item.live) AppendArgument(out, item.value, item.key.symbol(), depth + 1);
      }
      return;
    }
    case Kind::Instance: {
      const Value& payload = As<InstanceObj>(value)->payload;
      if (payload.defined()) return AppendArgument(out, payload, keyword, depth + 1);
      return leaf(Argument::Kind::Unknown);
    }
    default: return leaf(Argument::Kind::Unknown);
  }
}

// Whether a function was asked by its `inplace` to change its input, which it then returns.
bool Interp::AskedInPlace(llvm::StringRef op_name, llvm::ArrayRef<Value> inputs, llvm::ArrayRef<Symbol> keywords) {
  static const Symbol inplace = Intern("inplace");
  size_t positional = inputs.size() - keywords.size();
  int position = InplacePosition(op_name);
  for (size_t i = 0; i < inputs.size(); ++i) {
    bool asks = i >= positional ? keywords[i - positional] == inplace : static_cast<int>(i) == position;
    if (asks && Truth(inputs[i]) == Tri::True) return true;
  }
  return false;
}

void Interp::RecordNode(llvm::StringRef op_name, llvm::ArrayRef<Value> inputs, const Value& result, llvm::ArrayRef<Symbol> keywords, int writes) {
  // What importing computes is made once for all runs and is in no run's graph.
  if (importing_ > 0 || making_template_) return;
  llvm::SmallVector<TensorObj*, 8> used, made;
  CollectTensors(result, made);
  if (made.empty()) return;
  graph::Node node;
  size_t positional = inputs.size() - keywords.size();
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (static_cast<int>(i) == writes) node.writes = used.size();
    CollectTensors(inputs[i], used);
    AppendArgument(node.arguments, inputs[i], i < positional ? Symbol() : keywords[i - positional]);
  }
  node.op = Intern(op_name);
  node.scope = scope_;
  if (!result.is(Kind::Tensor)) {
    auto* list = As<ListObj>(result);
    bool flat = !list->open && llvm::all_of(list->items, [](const Value& item) { return item.is(Kind::Tensor); });
    node.returns = flat ? graph::Node::Returns::Tensors : graph::Node::Returns::Other;
  }
  node.uncertain = uncertain();
  node.stand_in = frame_ && frame_->unit && frame_->unit->prelude && MakesEmpty(op_name);
  Place place = Here();
  if (place.unit) {
    node.unit = GraphFile(place.unit);
    node.start = place.unit->tree().start(place.node);
    node.end = place.unit->tree().end(place.node);
  }
  for (TensorObj* tensor : used) node.inputs.push_back({tensor->node, tensor->type});
  for (TensorObj* tensor : made) {
    stood_.Renumber(*tensor, NextNode(), heap_);
    node.outputs.push_back({tensor->node, tensor->type});
  }
  outcome_.graph.Add(std::move(node));
}

void Interp::RecordDecision(const Value& tensor) {
  // What decides before a model is called is decided for good.
  if (scope_ == 0) return;
  shape::TensorType type = As<TensorObj>(tensor)->type;
  RecordNode(graph::kDecision, {tensor}, NewTensor(type));
}

const std::string* Interp::ModulePath(const Value& value) const {
  auto found = module_paths_.find(value.object);
  return found == module_paths_.end() ? nullptr : &found->second;
}

void Interp::ReadEntryModule(InstanceObj* instance) {
  if (!instance) {
    read_module_ = {};
    held_tensors_.reset();
    module_paths_.clear();
    return;
  }
  if (read_module_ == std::pair(instance, heap_.epoch()) && instance->structure_epoch == heap_.epoch()) return;
  read_module_ = {instance, heap_.epoch()};
  held_tensors_.reset();
  module_paths_.clear();
  // A module held under several names is known by the first, as named_modules() has it.
  auto walk = [&](auto& self, InstanceObj* module, const std::string& prefix, int depth) -> void {
    if (depth > 64 || !module_paths_.try_emplace(module, prefix).second) return;
    for (const auto& [name, value] : module->attributes.entries()) {
      if (!value.is(Kind::Instance) || !As<InstanceObj>(value)->cls->is_nn_module) continue;
      self(self, As<InstanceObj>(value), prefix.empty() ? Text(name).str() : prefix + "." + Text(name).str(), depth + 1);
    }
  };
  walk(walk, instance, "", 0);
}

llvm::ArrayRef<HeldTensor> Interp::HeldByEntry() {
  if (!held_tensors_) held_tensors_ = HeldTensors(read_module_.first);
  return *held_tensors_;
}

graph::Entry Interp::BeginEntry(const Value& model, const Args& args) {
  graph::Entry entry;
  entry.scope = outcome_.graph.scopes.size();
  entry.first_node = outcome_.graph.nodes.size();
  auto* instance = As<InstanceObj>(model);
  llvm::DenseSet<TensorObj*> kept, parameters, buffers;
  for (const HeldTensor& held : HeldByEntry()) {
    if (!held.transient) kept.insert(held.tensor);
  }
  llvm::StringSet<> names;
  for (bool buffer : {false, true}) {
    for (const HeldTensor& held : HeldByEntry()) {
      using K = graph::State::Kind;
      if (held.buffer != buffer || !(buffer ? buffers : parameters).insert(held.tensor).second) continue;
      entry.state.push_back({held.name, held.tensor->node, held.tensor->type, !buffer ? K::Parameter : kept.contains(held.tensor) ? K::Buffer : K::TransientBuffer});
      names.insert(held.name);
    }
  }
  for (const HeldTensor& held : HeldByEntry()) {
    if (!held.transient && !names.contains(held.name)) entry.other_names.push_back(held.name);
  }
  Value forward = FindInClass(instance->cls, N().forward);
  const FunctionInfo* info = forward.is(Kind::Function) ? As<FunctionObj>(forward)->info : nullptr;
  llvm::SmallVector<Argument, 8> inputs;
  for (size_t i = 0; i < args.positional.size(); ++i) {
    bool named = info && i + 1 < info->parameters.size() && info->parameters[i + 1].kind != parse::ParameterKind::VarArgs;
    AppendArgument(inputs, args.positional[i], named ? info->parameters[i + 1].name : Intern("input" + std::to_string(i)));
  }
  for (const auto& [name, value] : args.keywords) AppendArgument(inputs, value, name);
  entry.inputs.assign(inputs.begin(), inputs.end());
  return entry;
}

// A module call is over: what ran inside it and what it returned.
void Interp::EndScope(uint32_t scope, uint32_t first_node, const Value& result) {
  graph::Graph& graph = outcome_.graph;
  graph.scopes[scope].first_node = first_node;
  graph.scopes[scope].end_node = graph.nodes.size();
  llvm::SmallVector<TensorObj*, 8> made;
  CollectTensors(result, made);
  for (TensorObj* tensor : made) graph.scopes[scope].outputs.push_back({tensor->node, tensor->type});
}

void Interp::RecordModel(const Value& model, graph::Entry entry, const Value& result, uint32_t scope) {
  Place place = Here();
  ModelCall call;
  call.scope = scope;
  auto* instance = As<InstanceObj>(model);
  call.class_name = Text(instance->cls->name).str();
  call.unit = place.unit;
  call.node = place.node;
  if (instance->cls->module && instance->cls->definition != kNoNode) {
    call.class_unit = instance->cls->module->unit.get();
    call.class_node = instance->cls->definition;
  }
  entry.end_node = outcome_.graph.nodes.size();
  llvm::SmallVector<Argument, 4> output;
  AppendArgument(output, result);
  entry.output.assign(output.begin(), output.end());
  call.first_node = entry.first_node;
  call.end_node = entry.end_node;
  call.entry = outcome_.graph.entries.size();
  call.parameters = 0;
  ReadEntryModule(instance);
  llvm::DenseSet<TensorObj*> counted;
  for (const HeldTensor& held : HeldByEntry()) {
    if (!held.transient) call.state.emplace_back(held.name, held.tensor->type);
    if (held.buffer || !counted.insert(held.tensor).second) continue;
    shape::Dim count = held.tensor->type.shape.numel();
    call.parameters = call.parameters < 0 || !count.is_constant() ? -1 : call.parameters + count.constant();
  }
  outcome_.graph.entries.push_back(std::move(entry));
  outcome_.models.push_back(std::move(call));
}

}  // namespace trident::eval
