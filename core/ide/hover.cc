// What is said of the place under the pointer: the type, the layout, what it costs, where its sizes come from.
#include "core/cost/cost.h"
#include "core/ide/assumptions.h"
#include "core/ide/convert.h"
#include "core/ide/origin.h"
#include "core/ide/place.h"
#include "core/optimize/optimize.h"

#include "llvm/ADT/StringExtras.h"

#include <set>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

std::string LayoutText(const shape::TensorType& type) {
  if (type.contiguity == shape::Contiguity::Yes) return "contiguous";
  if (!type.strides.rank_known()) return "";
  return "strides " + type.strides.ToString();
}

std::string Amount(shape::Dim count, const char* unit) {
  if (std::optional<int64_t> number = count.value()) return Compact(*number) + unit;
  return count.is_unknown() ? "" : count.ToString() + " " + unit;
}

std::string SizeText(const shape::TensorType& type) {
  unsigned item = shape::ItemSize(type.dtype);
  return item == 0 ? "" : Amount(type.shape.numel() * shape::Dim(item), "B");
}

// What one evaluation of the expression runs: the module calls and operators inside its range. The same place run several
// times (a loop, several calls) is counted once, as its last time.
std::string CostText(const eval::Outcome& outcome, const eval::Unit& script, NodeId node) {
  const graph::Graph& graph = outcome.graph;
  uint32_t start = script.tree().start(node), end = script.tree().end(node);
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, std::pair<uint32_t, uint32_t>> parts;  // Place -> nodes.
  auto inside = [&](uint32_t file, uint32_t from, uint32_t to) {
    return file < graph.files.size() && graph.files[file] == script.path && start <= from && to <= end && from < to;
  };
  uint32_t covered = 0;
  for (size_t i = 1; i < graph.scopes.size(); ++i) {
    const graph::Scope& scope = graph.scopes[i];
    // A call inside a call that is counted is part of it.
    if (!inside(scope.unit, scope.start, scope.end) || scope.first_node < covered) continue;
    parts[{scope.start, scope.end}] = {scope.first_node, scope.end_node};
    covered = std::max(covered, scope.end_node);
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const graph::Node& each = graph.nodes[i];
    bool in_scope = llvm::any_of(parts, [&](const auto& part) { return part.second.first <= i && i < part.second.second; });
    if (inside(each.unit, each.start, each.end) && !in_scope && !parts.contains({each.start, each.end})) parts[{each.start, each.end}] = {i, i + 1};
  }
  shape::Dim flops = 0, bytes = 0;
  for (const auto& [place, nodes] : parts) {
    cost::Cost cost = cost::Sum(graph, nodes.first, nodes.second);
    flops = flops + cost.flops;
    bytes = bytes + cost.bytes_read + cost.bytes_written;
  }
  std::string text = flops == shape::Dim(0) ? "" : Amount(flops, "FLOP");
  std::string moved = bytes == shape::Dim(0) ? "" : Amount(bytes, "B");
  if (!moved.empty()) text += (text.empty() ? "" : " · ") + moved + " moved";
  return text;
}

// `value`: what the graph knows of it, its layout too, where the types of a name do not say it.
void Fill(Hover& hover, const eval::Unit& script, const std::string& name, const eval::Binding& binding, const graph::Use& value, const std::string& cost) {
  llvm::ArrayRef<eval::TypeDesc> types = binding.types;
  hover.markdown = "```python\n" + name + ": " + CommonForm(MostKnown(types)) + "\n```\n";
  std::string facts;
  auto add = [&](const std::string& fact) { facts += fact.empty() ? "" : (facts.empty() ? "" : " · ") + fact; };
  if (types.size() == 1 && types[0].kind == eval::TypeDesc::Kind::Tensor) {
    std::string layout = LayoutText(types[0].tensor);
    bool is_same = value.value != graph::kNoValue && value.type.shape == types[0].tensor.shape;
    add(layout.empty() && is_same ? LayoutText(value.type) : layout);
    add(SizeText(types[0].tensor));
  }
  add(cost);
  if (!facts.empty()) hover.markdown += "\n" + facts + "\n";
  if (types.size() > 1) hover.markdown += "\n" + ContextTexts(script).Of(types, binding.callers);
}

// What the types rest on, where sizes are symbols: of a name, by the statement that binds it.
void AddAssumptions(Hover& hover, const eval::Outcome& outcome, const eval::Unit& script, const eval::Binding& binding) {
  const parse::Tree& tree = script.tree();
  if (tree.kind(binding.statement) == NodeKind::Parameter || tree.kind(binding.statement) == NodeKind::For || tree.kind(binding.statement) == NodeKind::With) return;
  std::vector<std::string> texts = AssumptionsBetween(outcome, script, tree.start(binding.statement), tree.end(binding.statement));
  if (!texts.empty()) hover.markdown += "\nAssumes that " + llvm::join(texts, ", ") + ".\n";
}

// What the optimiser saw between the offsets and left alone.
void AddRejections(Hover& hover, const eval::Outcome& outcome, const eval::Unit& script, uint32_t start, uint32_t end) {
  const graph::Graph& graph = outcome.graph;
  auto inside = [&](uint32_t unit, uint32_t from, uint32_t to) { return unit < graph.files.size() && graph.files[unit] == script.path && start <= from && to <= end; };
  std::set<std::string> texts;
  for (const eval::ModelCall& call : outcome.models) {
    if (call.entry >= graph.entries.size()) continue;
    const graph::Entry& entry = graph.entries[call.entry];
    llvm::ArrayRef<graph::Node> nodes = llvm::ArrayRef(graph.nodes).slice(entry.first_node, entry.end_node - entry.first_node);
    if (llvm::none_of(nodes, [&](const graph::Node& node) { return inside(node.unit, node.start, node.end); })) continue;
    for (const optimize::Rejection& rejection : optimize::Find(graph, entry).rejected) {
      if (inside(rejection.unit, rejection.start, rejection.end)) texts.insert(rejection.reason + " (" + rejection.slug + ")");
    }
  }
  for (const std::string& text : texts) hover.markdown += "\nNot rewritten: " + text + ".\n";
}

// The smallest expression around the offset that was evaluated, when it is what the pointer means: `self.conv1` in
// `self.conv1(x)` means the call.
const eval::Binding* ExpressionAt(const eval::Outcome& outcome, const eval::Unit& script, uint32_t offset) {
  const parse::Tree& tree = script.tree();
  for (NodeId node : llvm::reverse(PathTo(tree, offset))) {
    NodeKind kind = tree.kind(node);
    if (kind == NodeKind::Block || kind == NodeKind::ArgumentList || kind == NodeKind::Keyword) return nullptr;
    if (!eval::IsRecorded(kind)) continue;
    if (const eval::Binding* binding = ExpressionBinding(outcome, script, node)) return binding;
  }
  return nullptr;
}

}  // namespace

std::optional<Hover> HoverIn(const eval::Outcome& outcome, const eval::Unit& script, Position position) {
  const parse::Tree& tree = script.tree();
  uint32_t offset = OffsetOf(script, position);
  NodeId node = NameAt(tree, offset);
  const eval::Binding* binding = nullptr;
  Hover hover;
  Origins origins(outcome, script);
  if (node != kNoNode && tree.kind(node) != NodeKind::Attribute) binding = BindingAt(outcome, script, node);
  if (binding) {
    uint32_t end = tree.kind(node) == NodeKind::Parameter ? tree.start(node) + Text(binding->name).size() : tree.end(node);
    hover.range = RangeOf(*script.text, tree.start(node), end);
    Fill(hover, script, Text(binding->name).str(), *binding, origins.ValueOf(*binding), "");
    if (tree.kind(binding->statement) == NodeKind::Assign) AddRejections(hover, outcome, script, tree.start(binding->statement), tree.end(binding->statement));
  } else if ((binding = ExpressionAt(outcome, script, offset))) {
    hover.range = RangeOf(*script.text, tree.start(binding->statement), tree.end(binding->statement));
    Fill(hover, script, SourceOf(script, binding->statement), *binding, {}, CostText(outcome, script, binding->statement));
    AddRejections(hover, outcome, script, tree.start(binding->statement), tree.end(binding->statement));
  } else {
    return std::nullopt;
  }
  AddAssumptions(hover, outcome, script, *binding);
  hover.origins = origins.Of(origins.ValueOf(*binding));
  return hover;
}

std::vector<SizeOrigin> OriginsOfHint(const eval::Outcome& outcome, const eval::Unit& script, const InlayHint& hint) {
  if (hint.kind == HintKind::Cost) return {};
  NodeId node = NameAt(script.tree(), OffsetOf(script, hint.position));
  if (node == kNoNode || script.tree().kind(node) == NodeKind::Attribute) return {};
  const eval::Binding* binding = BindingAt(outcome, script, node);
  if (!binding) return {};
  Origins origins(outcome, script);
  return origins.Of(origins.ValueOf(*binding));
}

// `self.attr`: every assignment to it in the class around. A name that `….shape` bound: where that size was decided.
std::vector<Location> DefinitionIn(const eval::Outcome& outcome, const eval::Unit& script, Position position) {
  const parse::Tree& tree = script.tree();
  std::vector<Location> out;
  uint32_t offset = OffsetOf(script, position);
  NodeId node = NameAt(tree, offset);
  if (node == kNoNode) return out;
  if (IsSelfAttribute(tree, node)) {
    for (NodeId target : AttributeTargets(script, offset, tree.symbol(node))) out.push_back(LocationOf(script, target));
    return out;
  }
  if (tree.kind(node) != NodeKind::Name) return out;
  const eval::Binding* binding = BindingAt(outcome, script, node);
  if (!binding || tree.kind(binding->statement) != NodeKind::Assign) return out;
  // `B, T, C = x.shape`, `T = x.shape[1]`, `T = x.size(1)`
  NodeId value = tree.child(binding->statement, 0), target = tree.child(binding->statement, 1);
  int64_t axis = -1;
  if (tree.kind(target) == NodeKind::Tuple) {
    auto names = tree.children(target);
    auto own = llvm::find_if(names, [&](NodeId each) { return tree.kind(each) == NodeKind::Name && tree.symbol(each) == binding->name; });
    axis = own - names.begin();
  } else if (tree.children(value).size() == 2 && tree.kind(tree.child(value, 1)) == NodeKind::Int) {
    if (script.content().slice(tree.start(tree.child(value, 1)), tree.end(tree.child(value, 1))).getAsInteger(10, axis)) return out;
    value = tree.child(value, 0);
  }
  if (axis < 0) return out;
  if (tree.kind(value) == NodeKind::Call) value = tree.child(value, 0);
  if (tree.kind(value) != NodeKind::Attribute || (Text(tree.symbol(value)) != "shape" && Text(tree.symbol(value)) != "size")) return out;
  NodeId tensor = tree.child(value, 0);
  Origins origins(outcome, script);
  graph::Use use = origins.ValueOf(tensor);
  if (tree.kind(tensor) == NodeKind::Name) {
    const eval::Binding* of_tensor = BindingAt(outcome, script, tensor);
    use = of_tensor ? origins.ValueOf(*of_tensor) : graph::Use();
  }
  if (std::optional<SizeOrigin> origin = origins.Of(use, axis)) out.push_back(origin->location);
  return out;
}

}  // namespace trident::ide
