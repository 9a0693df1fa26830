// The modules of the models that were called, as a tree: from the scopes of the tensor graph.
#include "core/cost/cost.h"
#include "core/ide/convert.h"
#include "core/ide/place.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

#include <set>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;

namespace {

std::string OutputText(const graph::Scope& scope) {
  if (scope.outputs.empty()) return "";
  if (scope.outputs.size() == 1) return scope.outputs[0].type.ToString();
  std::string text = "(";
  for (size_t i = 0; i < scope.outputs.size() && i < 4; ++i) text += (i ? ", " : "") + scope.outputs[i].type.ToString();
  return text + (scope.outputs.size() > 4 ? ", …)" : ")");
}

class TreeBuilder {
 public:
  TreeBuilder(const eval::Outcome& outcome, const eval::ModelCall& call) : graph_(outcome.graph), call_(call) {
    for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) units_[unit->path] = unit.get();
    for (uint32_t i = call.scope + 1; i < graph_.scopes.size(); ++i) {
      // Scopes are in the order of their calls, so those of another model come after all of this one's.
      if (graph_.scopes[i].parent == 0) break;
      children_[graph_.scopes[i].parent].push_back(i);
    }
  }

  ModelNode Build() {
    ModelNode node = Make(call_.scope, "");
    node.name = call_.class_name;
    node.parameters = call_.parameters;
    if (call_.class_unit && call_.class_node != kNoNode) {
      uint32_t name_at = call_.class_unit->tree().atom(call_.class_node, 1);
      node.location = {call_.class_unit->path, RangeOf(*call_.class_unit->text, name_at, name_at + call_.class_name.size())};
    }
    return node;
  }

 private:
  ModelNode Make(uint32_t index, llvm::StringRef parent_path) {
    const graph::Scope& scope = graph_.scopes[index];
    ModelNode node;
    llvm::StringRef path = scope.path;
    llvm::StringRef name = path;
    if (!parent_path.empty() && name.consume_front(parent_path)) name.consume_front(".");
    node.name = name.empty() ? Text(scope.class_name).str() : name.str();
    node.class_name = Text(scope.class_name).str();
    node.output = OutputText(scope);
    node.location = PlaceOf(scope);
    node.parameters = ParametersUnder(path);
    shape::Dim flops = cost::Sum(graph_, scope.first_node, scope.end_node).flops;
    if (std::optional<int64_t> number = flops.value()) node.flops = *number;
    else if (!flops.is_unknown()) node.flops_text = flops.ToString();
    for (uint32_t child : children_.lookup(index)) Add(node.children, Make(child, path));
    return node;
  }

  // A module that is called again is the same line of the tree.
  static void Add(std::vector<ModelNode>& nodes, ModelNode node) {
    auto same = llvm::find_if(nodes, [&](const ModelNode& each) { return each.name == node.name && each.class_name == node.class_name; });
    if (same == nodes.end()) {
      nodes.push_back(std::move(node));
      return;
    }
    ++same->calls;
    same->flops = same->flops < 0 || node.flops < 0 ? -1 : same->flops + node.flops;
  }

  int64_t ParametersUnder(llvm::StringRef path) const {
    int64_t total = 0;
    llvm::DenseSet<graph::ValueNumber> seen;  // Shared parameters count once.
    if (call_.entry >= graph_.entries.size()) return -1;
    for (const graph::State& state : graph_.entries[call_.entry].state) {
      llvm::StringRef rest = state.path;
      if (state.kind != graph::State::Kind::Parameter) continue;
      if (!path.empty() && !(rest.consume_front(path) && rest.starts_with("."))) continue;
      if (state.value != graph::kNoValue && !seen.insert(state.value).second) continue;
      std::optional<int64_t> count = state.type.shape.numel().value();
      if (!count) return -1;
      total += *count;
    }
    return total;
  }

  Location PlaceOf(const graph::Scope& scope) const {
    if (scope.unit >= graph_.files.size()) return {};
    const eval::Unit* unit = units_.lookup(graph_.files[scope.unit]);
    if (!unit) return {};
    llvm::StringRef path = scope.path;
    while (path.contains('.') && llvm::all_of(path.rsplit('.').second, llvm::isDigit)) path = path.rsplit('.').first;
    llvm::StringRef name = path.contains('.') ? path.rsplit('.').second : path;
    std::vector<NodeId> targets = name.empty() ? std::vector<NodeId>() : AttributeTargets(*unit, scope.start, Intern(name));
    if (!targets.empty()) return LocationOf(*unit, targets.front());
    return {unit->path, RangeOf(*unit->text, scope.start, scope.end)};
  }

  const graph::Graph& graph_;
  const eval::ModelCall& call_;
  llvm::StringMap<const eval::Unit*> units_;
  llvm::DenseMap<uint32_t, llvm::SmallVector<uint32_t, 4>> children_;
};

}  // namespace

std::vector<ModelNode> ModelsIn(const eval::Outcome& outcome, const eval::Unit&) {
  std::vector<ModelNode> models;
  // A class that is called with known sizes needs no tree of made-up ones.
  auto is_known = [&](const eval::ModelCall& call) {
    llvm::ArrayRef<graph::Use> outputs = outcome.graph.scopes[call.scope].outputs;
    return !outputs.empty() && llvm::all_of(outputs, [](const graph::Use& use) { return use.type.shape.is_constant(); });
  };
  std::set<std::string> known_classes;
  for (const eval::ModelCall& call : outcome.models) {
    if (is_known(call)) known_classes.insert(call.class_name);
  }
  for (const eval::ModelCall& call : outcome.models) {
    if (call.first_node == call.end_node || (known_classes.count(call.class_name) && !is_known(call))) continue;
    ModelNode model = TreeBuilder(outcome, call).Build();
    // The same model called twice with the same sizes is shown once.
    bool known = llvm::any_of(models, [&](const ModelNode& each) { return each.name == model.name && each.output == model.output && each.parameters == model.parameters; });
    if (!known) models.push_back(std::move(model));
  }
  return models;
}

}  // namespace trident::ide
