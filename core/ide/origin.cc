#include "core/ide/origin.h"

#include "core/ide/convert.h"
#include "core/ide/place.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

// The axis of the result that a weight decides, from the end; 0: none.
unsigned WeightAxis(const graph::Node& node) {
  llvm::StringRef op = Text(node.op).rsplit('.').second;
  return llvm::StringSwitch<unsigned>(op)
      .Cases("linear", "embedding", 1)
      .Cases("conv1d", "conv_transpose1d", 2)
      .Cases("conv2d", "conv_transpose2d", 3)
      .Cases("conv3d", "conv_transpose3d", 4)
      .Default(0);
}

bool Has(const shape::TensorType& type, shape::Dim dim) { return type.shape.rank_known() && llvm::is_contained(type.shape.dims(), dim); }

bool Mentions(const eval::TypeDesc& type, shape::Dim dim) {
  return (type.kind == eval::TypeDesc::Kind::Tensor && Has(type.tensor, dim)) ||
         llvm::any_of(type.elements(), [&](const eval::TypeDesc& element) { return Mentions(element, dim); });
}

}  // namespace

Origins::Origins(const eval::Outcome& outcome, const eval::Unit& script) : outcome_(outcome), script_(script) {
  for (size_t i = 0; i < outcome.graph.files.size(); ++i) {
    const std::string& path = outcome.graph.files[i];
    auto unit = llvm::find_if(outcome.units, [&](const auto& each) { return each->path == path; });
    units_.push_back(unit == outcome.units.end() ? nullptr : unit->get());
    if (path == script.path) file_ = i;
  }
  for (size_t i = 0; i < outcome.graph.nodes.size(); ++i) {
    for (const graph::Use& use : outcome.graph.nodes[i].outputs) {
      if (use.value != graph::kNoValue) producers_[use.value] = i;
    }
  }
  for (const graph::Entry& entry : outcome.graph.entries) {
    for (const graph::State& state : entry.state) {
      if (state.value != graph::kNoValue) states_.insert(state.value);
    }
  }
}

std::optional<uint32_t> Origins::Producer(graph::ValueNumber value) const {
  auto found = value == graph::kNoValue ? producers_.end() : producers_.find(value);
  return found == producers_.end() ? std::nullopt : std::optional(found->second);
}

const eval::Unit* Origins::UnitOf(uint32_t file) const { return file < units_.size() ? units_[file] : nullptr; }

graph::Use Origins::ValueOf(NodeId expression) const {
  uint32_t start = script_.tree().start(expression), end = script_.tree().end(expression);
  auto here = [&](const auto& place) { return place.unit == file_ && place.start == start && place.end == end && !place.outputs.empty(); };
  // Of several evaluations the last one with known sizes, which is what the hint beside it shows.
  graph::Use last;
  auto look = [&](const auto& places) {
    for (const auto& place : llvm::reverse(places)) {
      if (!here(place)) continue;
      if (place.outputs[0].type.shape.is_constant()) {
        last = place.outputs[0];
        return true;
      }
      if (last.value == graph::kNoValue) last = place.outputs[0];
    }
    return last.value != graph::kNoValue;
  };
  if (!look(outcome_.graph.scopes)) look(outcome_.graph.nodes);
  return last;
}

graph::Use Origins::ValueOf(const eval::Binding& binding) const {
  const parse::Tree& tree = script_.tree();
  NodeId statement = binding.statement;
  if (Text(binding.name).empty()) return ValueOf(statement);
  switch (tree.kind(statement)) {
    case NodeKind::Assign: return tree.kind(tree.child(statement, 1)) == NodeKind::Name ? ValueOf(tree.child(statement, 0)) : graph::Use();
    case NodeKind::AugAssign: return ValueOf(statement);
    case NodeKind::AnnAssign: return tree.child(statement, 2) == kNoNode ? graph::Use() : ValueOf(tree.child(statement, 2));
    case NodeKind::Parameter: break;
    default: return {};
  }
  // An argument is what the function's operators first read that has its type.
  NodeId function = EnclosingItem(script_, tree.start(statement), NodeKind::FunctionDef);
  std::vector<eval::TypeDesc> types = MostKnown(binding.types);
  if (function == kNoNode || types.empty() || types.back().kind != eval::TypeDesc::Kind::Tensor) return {};
  const shape::TensorType type = types.back().tensor;
  for (const graph::Node& node : outcome_.graph.nodes) {
    if (node.unit != file_ || node.start < tree.start(function) || node.end > tree.end(function)) continue;
    for (const graph::Use& use : node.inputs) {
      if (use.type.shape == type.shape && use.type.dtype == type.dtype) return use;
    }
  }
  return {};
}

// The input of the node that had the size already; its value is kNoValue when the node decided it.
graph::Use Origins::Input(const graph::Node& node, unsigned axis, shape::Dim dim, unsigned& input_axis) const {
  unsigned rank = node.outputs[0].type.shape.rank();
  if (WeightAxis(node) != 0 && axis + WeightAxis(node) == rank) return {};
  bool is_product = Text(node.op).rsplit('.').second.contains("matmul") || Text(node.op).ends_with(".bmm") || Text(node.op).ends_with(".mm");
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const graph::Use& use = node.inputs[i];
    if (use.value == graph::kNoValue || !Has(use.type, dim) || states_.contains(use.value)) continue;
    // The columns of a product are those of its right side.
    if (is_product && (i == 0) == (axis + 1 == rank)) continue;
    llvm::ArrayRef<shape::Dim> dims = use.type.shape.dims();
    input_axis = dims.size() == rank && dims[axis] == dim ? axis : llvm::find(dims, dim) - dims.begin();
    return use;
  }
  return {};
}

std::optional<SizeOrigin> Origins::Of(const graph::Use& value, unsigned axis) const {
  if (value.value == graph::kNoValue || !value.type.shape.rank_known() || axis >= value.type.shape.rank()) return std::nullopt;
  shape::Dim dim = value.type.shape.dims()[axis];
  if (dim.is_unknown()) return std::nullopt;
  graph::Use at = value;
  while (true) {
    std::optional<uint32_t> producer = Producer(at.value);
    if (!producer) return Argument(dim);
    const graph::Node& node = outcome_.graph.nodes[*producer];
    unsigned next_axis = 0;
    graph::Use next = axis < node.outputs[0].type.shape.rank() ? Input(node, axis, dim, next_axis) : graph::Use();
    // In-place operators write the value they read; a chain only goes back.
    std::optional<uint32_t> before = Producer(next.value);
    if (next.value == graph::kNoValue || (before && *before >= *producer)) return Describe(node, dim);
    at = next;
    axis = next_axis;
  }
}

std::vector<SizeOrigin> Origins::Of(const graph::Use& value) const {
  std::vector<SizeOrigin> out;
  llvm::SmallVector<shape::Dim, 6> seen;
  if (!value.type.shape.rank_known()) return out;
  for (unsigned axis = 0; axis < value.type.shape.rank(); ++axis) {
    shape::Dim dim = value.type.shape.dims()[axis];
    if (llvm::is_contained(seen, dim)) continue;
    seen.push_back(dim);
    if (std::optional<SizeOrigin> origin = Of(value, axis)) out.push_back(std::move(*origin));
  }
  return out;
}

std::optional<SizeOrigin> Origins::Describe(const graph::Node& node, shape::Dim dim) const {
  std::optional<SizeOrigin> origin = Construction(node);
  if (!origin) {
    const eval::Unit* unit = UnitOf(node.unit);
    if (!unit || node.end > unit->content().size() || node.start >= node.end) return std::nullopt;
    origin.emplace();
    origin->location = {unit->path, RangeOf(*unit->text, node.start, node.end)};
    llvm::StringRef text = unit->content().slice(node.start, node.end);
    origin->source = "`" + text.split('\n').first.rtrim().take_front(60).str() + "`";
  }
  origin->size = dim.ToString();
  return origin;
}

// Of a layer's operator: the assignment that made the layer.
std::optional<SizeOrigin> Origins::Construction(const graph::Node& node) const {
  if (WeightAxis(node) == 0 || node.scope >= outcome_.graph.scopes.size()) return std::nullopt;
  const graph::Scope& scope = outcome_.graph.scopes[node.scope];
  const eval::Unit* unit = UnitOf(scope.unit);
  if (!unit || scope.path.empty()) return std::nullopt;
  llvm::StringRef path = scope.path;
  // "layers.0" is an element of what `layers` holds.
  while (path.contains('.') && llvm::all_of(path.rsplit('.').second, llvm::isDigit)) path = path.rsplit('.').first;
  llvm::StringRef name = path.contains('.') ? path.rsplit('.').second : path;
  std::vector<NodeId> targets = AttributeTargets(*unit, scope.start, Intern(name));
  if (targets.empty()) return std::nullopt;
  SizeOrigin origin;
  origin.location = LocationOf(*unit, targets.front());
  llvm::SmallVector<NodeId, 32> around = PathTo(unit->tree(), unit->tree().start(targets.front()));
  auto assign = llvm::find_if(around, [&](NodeId each) { return unit->tree().kind(each) == NodeKind::Assign; });
  origin.source = "`" + SourceOf(*unit, assign == around.end() ? targets.front() : unit->tree().child(*assign, 0)) + "`";
  return origin;
}

// A size that no operator made: it is the argument's that first has it.
std::optional<SizeOrigin> Origins::Argument(shape::Dim dim) const {
  const eval::Binding* first = nullptr;
  for (const eval::Binding& binding : outcome_.bindings) {
    if (binding.unit != &script_ || script_.tree().kind(binding.statement) != NodeKind::Parameter) continue;
    bool has = llvm::any_of(binding.types, [&](const eval::TypeDesc& type) { return Mentions(type, dim); });
    if (has && (!first || script_.tree().start(binding.statement) < script_.tree().start(first->statement))) first = &binding;
  }
  if (!first) return std::nullopt;
  SizeOrigin origin;
  origin.size = dim.ToString();
  origin.source = "the argument `" + Text(first->name).str() + "`";
  origin.location = LocationOf(script_, first->statement);
  return origin;
}

}  // namespace trident::ide
