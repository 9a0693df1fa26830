// Models: totals, lenses, optimisation hints, document symbols.
#include "core/cost/cost.h"
#include "core/cost/device.h"
#include "core/ide/convert.h"
#include "core/ide/place.h"

#include "llvm/ADT/StringExtras.h"

#include <map>
#include <set>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

// "3.63 GFLOP": the prefix belongs to the unit.
static std::string WithUnit(double amount, const char* unit) {
  std::string number = Compact(amount);
  bool prefixed = !llvm::isDigit(number.back());
  return prefixed ? number.substr(0, number.size() - 1) + " " + number.back() + unit : number + " " + unit;
}

// A count of symbolic sizes is worth a line only while a person can read it; longer ones are in the model's profile.
static std::string ShortCount(const std::string& count) {
  constexpr size_t kReadable = 48;
  return count.empty() || count.size() > kReadable ? "" : count + " FLOP";
}

// The call's text; of a class or function that is entered alone, its head.
static std::string ExpressionAt(const eval::Unit& unit, NodeId node) {
  const parse::Tree& tree = unit.tree();
  bool is_call = tree.kind(node) != NodeKind::ClassDef && tree.kind(node) != NodeKind::FunctionDef;
  llvm::StringRef text = unit.content().slice(tree.start(node), tree.end(node));
  return is_call ? text.str() : text.split('\n').first.rtrim().rtrim(':').str();
}

static std::string FlopCount(const ModelSummary& model) { return (model.flops_at_most ? "≤ " : "") + WithUnit(model.flops, "FLOP"); }

static std::string Summary(const ModelSummary& model) {
  std::string text = model.parameters >= 0 ? Compact(model.parameters) + " params" : "";
  std::string flops = ShortCount(model.flops_text);
  if (model.flops >= 0) flops = FlopCount(model);
  if (!flops.empty()) text += (text.empty() ? "" : " · ") + flops;
  return text;
}

// What one call computes and moves, and the least time that takes: the lens over `forward`.
static std::string ForwardSummary(const ModelSummary& model, const cost::Cost& cost, const cost::Device& device) {
  std::string text = model.flops >= 0 ? FlopCount(model) : ShortCount(model.flops_text);
  std::optional<int64_t> moved = (cost.bytes_read + cost.bytes_written).value();
  if (!moved || *moved == 0 || text.empty()) return text;
  text += " · " + WithUnit(*moved, "B") + " moved";
  if (model.flops < 0) return text;
  double milliseconds = 1000 * cost::Seconds(device, model.flops, *moved, shape::DType::F32);
  char time[32];
  std::snprintf(time, sizeof time, milliseconds < 10 ? "%.2g" : "%.0f", milliseconds);
  return text + " · at least " + time + " ms on " + device.name;
}

// The name of the class's `forward`, where its body has one.
static std::optional<Range> ForwardOf(const eval::Unit& script, NodeId class_node) {
  const parse::Tree& tree = script.tree();
  for (NodeId statement : tree.children(tree.child(class_node, 1))) {
    if (tree.kind(statement) != NodeKind::FunctionDef || Text(tree.symbol(statement)) != "forward") continue;
    uint32_t name_at = tree.atom(statement, 1);
    return RangeOf(*script.text, name_at, name_at + llvm::StringRef("forward").size());
  }
  return std::nullopt;
}

void AddModels(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device, EntryMemos& memos, FileReport& report) {
  profile::ScopedStage stage(profile::Stage::Cost);
  // A class that is called with known sizes needs no lens of made-up ones.
  std::set<NodeId> counted;
  std::vector<cost::Flops> sums;
  for (const eval::ModelCall& call : outcome.models) {
    sums.push_back(memos.FlopsOf(outcome.graph, outcome.graph.entries[call.entry]));
    if (sums.back().all.is_constant() && call.class_unit == &script && call.first_node != call.end_node) counted.insert(call.class_node);
  }
  auto add = [&](CodeLens lens) {
    bool shown = llvm::any_of(report.lenses, [&](const CodeLens& other) { return other.range == lens.range && other.title == lens.title; });
    if (!shown && !lens.title.empty()) report.lenses.push_back(std::move(lens));
  };
  for (size_t i = 0; i < outcome.models.size(); ++i) {
    const eval::ModelCall& call = outcome.models[i];
    if (!call.unit || call.first_node == call.end_node) continue;
    ModelSummary model;
    model.name = call.class_name;
    model.location = LocationOf(*call.unit, call.node);
    model.expression = ExpressionAt(*call.unit, call.node);
    model.parameters = call.parameters;
    shape::Dim flops = sums[i].all;
    profile::Current()[profile::Stage::Cost].items += call.end_node - call.first_node;
    if (std::optional<int64_t> number = flops.value()) model.flops = *number, model.attention_flops = sums[i].attention.value().value_or(0), model.flops_at_most = sums[i].at_most;
    else if (!flops.is_unknown()) model.flops_text = flops.ToString();
    CodeLens lens;
    lens.title = call.class_name + ": " + Summary(model);
    if (call.unit == &script) {
      lens.range = model.location.range;
      report.lenses.push_back(lens);
    }
    if (call.class_unit == &script && (model.flops >= 0 || !counted.count(call.class_node))) {
      uint32_t name_at = script.tree().atom(call.class_node, 1);
      lens.range = RangeOf(*script.text, name_at, name_at + call.class_name.size());
      lens.title = Summary(model);
      add(lens);
      std::optional<Range> forward = ForwardOf(script, call.class_node);
      // Bytes are added up for numbers only: sums of symbolic ones cost more than they say.
      cost::Cost cost = model.flops >= 0 && forward ? memos.CostOf(outcome.graph, outcome.graph.entries[call.entry]) : cost::Cost();
      if (forward) add({*forward, ForwardSummary(model, cost, device), ""});
    }
    report.models.push_back(std::move(model));
  }
}

namespace {

class SymbolBuilder {
 public:
  SymbolBuilder(const eval::Unit& unit, const eval::Outcome& outcome) : unit_(unit), tree_(unit.tree()), classes_(unit, NodeKind::ClassDef) {
    for (const eval::Binding& binding : outcome.bindings) {
      if (binding.unit != &unit || !Text(binding.name).empty() || tree_.kind(binding.statement) != NodeKind::Call) continue;
      // `self.conv1(x)`, `self.blocks[i](x)`
      NodeId callee = tree_.child(binding.statement, 0);
      if (tree_.kind(callee) == NodeKind::Subscript) callee = tree_.child(callee, 0);
      if (!IsSelfAttribute(tree_, callee)) continue;
      std::vector<eval::TypeDesc> tensors;
      for (const eval::TypeDesc& type : binding.types) {
        if (type.HoldsTensor()) tensors.push_back(type);
      }
      if (tensors.empty()) continue;
      NodeId around = classes_.At(tree_.start(callee));
      auto [result, added] = results_.try_emplace({around, tree_.symbol(callee)});
      if (added) result->second = CommonForm(MostKnown(tensors));
    }
  }

  void Statements(NodeId block, bool in_class, std::vector<DocumentSymbol>& out) {
    for (NodeId statement : tree_.children(block)) {
      NodeKind kind = tree_.kind(statement);
      if (kind == NodeKind::ClassDef || kind == NodeKind::FunctionDef) {
        DocumentSymbol symbol;
        symbol.name = Text(tree_.symbol(statement)).str();
        symbol.kind = kind == NodeKind::ClassDef ? SymbolKind::Class : in_class ? SymbolKind::Method : SymbolKind::Function;
        symbol.range = RangeOf(*unit_.text, tree_.start(statement), tree_.end(statement));
        uint32_t name_at = tree_.atom(statement, 1);
        symbol.selection = RangeOf(*unit_.text, name_at, name_at + symbol.name.size());
        if (kind == NodeKind::ClassDef) Statements(tree_.child(statement, 1), true, symbol.children);
        else if (in_class && symbol.name == "__init__") Submodules(tree_.child(statement, 1), symbol.children);
        out.push_back(std::move(symbol));
      } else if (kind == NodeKind::If || kind == NodeKind::Try || kind == NodeKind::With) {
        for (NodeId child : tree_.children(statement)) {
          if (child != kNoNode && tree_.kind(child) == NodeKind::Block) Statements(child, in_class, out);
        }
      }
    }
  }

 private:
  // `self.name = Call(...)` in __init__: a submodule.
  void Submodules(NodeId block, std::vector<DocumentSymbol>& out) {
    for (NodeId statement : tree_.children(block)) {
      if (tree_.kind(statement) != NodeKind::Assign || tree_.children(statement).size() != 2) continue;
      NodeId value = tree_.child(statement, 0), target = tree_.child(statement, 1);
      bool on_self = tree_.kind(target) == NodeKind::Attribute && tree_.kind(tree_.child(target, 0)) == NodeKind::Name && Text(tree_.symbol(tree_.child(target, 0))) == "self";
      if (!on_self || tree_.kind(value) != NodeKind::Call) continue;
      DocumentSymbol symbol;
      symbol.name = Text(tree_.symbol(target)).str();
      symbol.kind = SymbolKind::Module;
      std::string made = SourceOf(unit_, value);
      auto result = results_.find({classes_.At(tree_.start(statement)), tree_.symbol(target)});
      symbol.detail = result == results_.end() ? made : result->second + " · " + made;
      symbol.range = RangeOf(*unit_.text, tree_.start(statement), tree_.end(statement));
      symbol.selection = RangeOf(*unit_.text, tree_.start(target), tree_.end(target));
      out.push_back(std::move(symbol));
    }
  }

  const eval::Unit& unit_;
  const parse::Tree& tree_;
  Enclosing classes_;
  std::map<std::pair<NodeId, Symbol>, std::string> results_;  // Class and attribute -> what its call returned.
};

}  // namespace

void AddSymbols(const eval::Unit& script, const eval::Outcome& outcome, FileReport& report) {
  SymbolBuilder(script, outcome).Statements(script.tree().root(), false, report.symbols);
}

}  // namespace trident::ide
