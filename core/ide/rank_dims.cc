// Calls with a dim counted from the front that was another axis in another run of the same line: of one sample and of a batch.
#include "core/graph/facts.h"
#include "core/ide/convert.h"
#include "core/ide/statements.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <map>
#include <tuple>

namespace trident::ide {

using graph::Argument;
using graph::Node;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using shape::Dim;

namespace {

// How an operator takes its dim.
struct Takes {
  int8_t position = -1;             // Among all arguments; -1: it takes none.
  int8_t otherwise = -1;            // Where it is not given; -1: that is no axis.
  bool first_is_an_axis = false;    // Whether 0 is meant as an axis of one sample: what averages what was stacked means the first, whatever it is.
};

Takes TakesOf(llvm::StringRef op) {
  return llvm::StringSwitch<Takes>(op)
      .Cases("softmax", "log_softmax", "softmin", {1, -1, true})
      .Cases("argmax", "argmin", "max", "min", "sum", "mean", "prod", "amax", "amin", "logsumexp", {1, -1, false})
      .Cases("std", "var", "median", "mode", "cumsum", "cumprod", "sort", "argsort", "any", "all", {1, -1, false})
      .Cases("topk", "norm", {2, -1, false})
      .Cases("normalize", "cosine_similarity", {2, 1, false})
      .Default({});
}

class Finder {
 public:
  Finder(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report) : graph_(outcome.graph), outcome_(outcome), script_(script), report_(report) {}

  void Find() {
    for (const Node& node : graph_.nodes) {
      auto [takes, unseen] = takes_.try_emplace(node.op.index);
      if (unseen) takes->second = TakesOf(graph::ShortName(node.op));
      if (takes->second.position < 0 || node.uncertain || node.inputs.empty() || !node.inputs[0].type.shape.rank_known()) continue;
      std::optional<int64_t> dim = DimOf(node, takes->second);
      if (!dim) continue;
      auto& [runs, named] = places_[{node.unit, node.start, node.end, node.op.index, *dim}];
      if (named || llvm::any_of(runs, [&](const Node* run) { return RankOf(*run) == RankOf(node); })) continue;
      for (const Node* run : runs) {
        bool larger = RankOf(node) > RankOf(*run);
        const Node &sample = larger ? *run : node, &batch = larger ? node : *run;
        if (!HasAxesBefore(sample, batch, *dim)) continue;
        named = true;
        Add(sample, batch, *dim);
        break;
      }
      runs.push_back(&node);
    }
  }

 private:
  static llvm::ArrayRef<Dim> DimsOf(const Node& node) { return node.inputs[0].type.shape.dims(); }
  static size_t RankOf(const Node& node) { return DimsOf(node).size(); }

  static std::optional<int64_t> DimOf(const Node& node, Takes takes) {
    const Argument* given = graph::FindArgument(node, takes.position, "dim");
    if (!given) given = graph::FindArgument(node, takes.position, "axis");
    int64_t dim = takes.otherwise;
    if (given) {
      if (!given->is(Argument::Kind::Int) || !given->dim().is_constant()) return std::nullopt;
      dim = given->dim().constant();
    }
    if (dim < 0 || (dim == 0 && !takes.first_is_an_axis)) return std::nullopt;
    return dim;
  }

  // The outermost call of a module around it.
  uint32_t EntryOf(const Node& node) const {
    uint32_t scope = node.scope;
    while (scope < graph_.scopes.size() && graph_.scopes[scope].parent != 0) scope = graph_.scopes[scope].parent;
    return scope;
  }

  // Whether `batch` is `sample` with axes before it, so that the dim is another axis of it.
  bool HasAxesBefore(const Node& sample, const Node& batch, int64_t dim) const {
    llvm::ArrayRef<Dim> small = DimsOf(sample), large = DimsOf(batch);
    auto known = [](Dim size) { return !size.is_unknown(); };
    if (dim >= static_cast<int64_t>(small.size()) || !llvm::all_of(large, known) || large.take_back(small.size()) != small) return false;
    // Channels come second with positions after them and without: there the sizes agree from the front.
    if (large.take_front(small.size()) == small || large[dim] == small[dim]) return false;
    // Symbols of two entries have names in common, and no more.
    bool constant = llvm::all_of(large, [](Dim size) { return size.is_constant(); });
    return constant || EntryOf(sample) == EntryOf(batch);
  }

  const eval::Unit* OwnUnit(uint32_t file) const {
    const eval::Unit* unit = UnitOf(outcome_, file);
    return outcome_.installed.contains(unit) ? nullptr : unit;
  }

  // A function's own parameter may hold the dim: its caller knows the tensor. What a layer was made with holds for all it is given.
  static bool IsWritten(const eval::Unit& unit, const Node& node) {
    const parse::Tree& tree = unit.tree();
    NodeId call = NodeAt(tree, node.start, node.end);
    if (call == kNoNode || tree.kind(call) != NodeKind::Call) return false;
    NodeId function = tree.child(call, 0);
    bool names = tree.kind(function) == NodeKind::Attribute || tree.kind(function) == NodeKind::Name;
    if (!names || Text(tree.symbol(function)) != graph::ShortName(node.op)) return true;
    bool defaulted = !graph::FindArgument(node, TakesOf(graph::ShortName(node.op)).position, "dim");
    return defaulted || llvm::any_of(tree.children(call).drop_front(), [&](NodeId argument) {
      NodeId value = tree.kind(argument) == NodeKind::Keyword ? tree.child(argument, 0) : argument;
      return tree.kind(value) == NodeKind::Int;
    });
  }

  // The call of a model around it, where that is another place.
  void AddCaller(const Node& node, Diagnostic& warning) const {
    uint32_t index = EntryOf(node);
    if (index == 0 || index >= graph_.scopes.size()) return;
    const graph::Scope& scope = graph_.scopes[index];
    const eval::Unit* unit = OwnUnit(scope.unit);
    bool here = scope.unit == node.unit && scope.start == node.start && scope.end == node.end;
    if (unit && !here) warning.related.push_back({{unit->path, RangeOf(*unit->text, scope.start, scope.end)}, "it has " + std::to_string(RankOf(node)) + " dims in this call"});
  }

  void Add(const Node& sample, const Node& batch, int64_t dim) {
    const eval::Unit* unit = OwnUnit(batch.unit);
    if (!unit || !IsWritten(*unit, batch)) return;
    Diagnostic warning;
    warning.severity = Severity::Warning;
    warning.code = "rank-dependent-dim";
    warning.location = {unit->path, RangeOf(*unit->text, batch.start, batch.end)};
    auto of = [&](const Node& node) { return DimsOf(node)[dim].ToString() + " of " + node.inputs[0].type.ToString(); };
    int64_t ranks[] = {static_cast<int64_t>(RankOf(batch)), static_cast<int64_t>(RankOf(sample))};
    // Mostly the batch is what the line was written for; an axis that only batches have cannot be meant.
    int64_t from_end = dim - ranks[dim < ranks[0] - ranks[1]];
    warning.message = "dim " + std::to_string(dim) + " of " + graph::ShortName(batch.op).str() + "() is the " + of(batch) + ", and the " + of(sample) + ": dim=" + std::to_string(from_end) + " is one axis of both";
    AddCaller(batch, warning);
    AddCaller(sample, warning);
    (unit == &script_ ? report_.diagnostics : report_.elsewhere).push_back(std::move(warning));
  }

  using Place = std::tuple<uint32_t, uint32_t, uint32_t, uint32_t, int64_t>;
  struct Runs {
    llvm::SmallVector<const Node*, 2> first_of_rank;
    bool named = false;
  };

  const graph::Graph& graph_;
  const eval::Outcome& outcome_;
  const eval::Unit& script_;
  FileReport& report_;
  llvm::DenseMap<uint32_t, Takes> takes_;  // By operator.
  std::map<Place, Runs> places_;
};

}  // namespace

void AddRankDims(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report) { Finder(outcome, script, report).Find(); }

}  // namespace trident::ide
