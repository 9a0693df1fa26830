#include "core/ide/convert.h"

#include "core/diagnostics/catalogue.h"
#include "core/ide/place.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

Range RangeOf(const source::Text& text, uint32_t start, uint32_t end) {
  source::LineColumn a = text.lines.ToLineColumn(text.content, start), b = text.lines.ToLineColumn(text.content, end);
  return {{a.line, a.column}, {b.line, b.column}};
}

Location LocationOf(const eval::Unit& unit, NodeId node) { return {unit.path, RangeOf(*unit.text, unit.tree().start(node), unit.tree().end(node))}; }

NodeId TargetOf(const parse::Tree& tree, NodeId statement, Symbol name) {
  switch (tree.kind(statement)) {
    case NodeKind::Parameter: return statement;
    case NodeKind::Name: return tree.symbol(statement) == name ? statement : kNoNode;
    case NodeKind::Attribute:
    case NodeKind::Subscript:
    case NodeKind::FunctionDef:
    case NodeKind::ClassDef:
    case NodeKind::Lambda: return kNoNode;
    default: break;
  }
  // The value of an assignment comes first among its children, so targets are looked at before it.
  llvm::ArrayRef<NodeId> children = tree.children(statement);
  if (tree.kind(statement) == NodeKind::Assign) {
    for (NodeId target : children.drop_front()) {
      if (NodeId found = TargetOf(tree, target, name); found != kNoNode) return found;
    }
    children = children.take_front();
  }
  bool compound = tree.kind(statement) == NodeKind::For || tree.kind(statement) == NodeKind::AugAssign || tree.kind(statement) == NodeKind::AnnAssign;
  if (compound) children = children.take_front();
  for (NodeId child : children) {
    if (child == kNoNode || tree.kind(child) == NodeKind::Block) continue;
    if (NodeId found = TargetOf(tree, child, name); found != kNoNode) return found;
  }
  return kNoNode;
}

static bool IsKnown(const eval::TypeDesc& type) {
  if (type.kind == eval::TypeDesc::Kind::Tensor) return type.tensor.shape.is_constant();
  return type.is_number() || (type.kind == eval::TypeDesc::Kind::Sequence && llvm::all_of(type.elements(), IsKnown));
}

std::vector<eval::TypeDesc> MostKnown(llvm::ArrayRef<eval::TypeDesc> types) {
  std::vector<eval::TypeDesc> known;
  llvm::copy_if(types, std::back_inserter(known), IsKnown);
  return known.empty() ? types.vec() : known;
}

// As TypeDesc::ToString. Files show the same few types again and again, in this report and in the next.
static const std::string& TextOf(const eval::TypeDesc& type) {
  constexpr size_t kMaxTexts = 4096;
  static thread_local std::unordered_map<uint64_t, std::string> tensors;
  static thread_local std::string other;
  if (type.kind != eval::TypeDesc::Kind::Tensor) return other = type.ToString();
  if (tensors.size() >= kMaxTexts) tensors.clear();
  auto [text, added] = tensors.try_emplace(static_cast<uint64_t>(type.tensor.shape.raw()) << 8 | static_cast<uint64_t>(type.tensor.dtype));
  if (added) text->second = type.ToString();
  return text->second;
}

std::string CommonForm(llvm::ArrayRef<eval::TypeDesc> types) {
  if (types.size() == 1) return TextOf(types[0]);
  bool tensors = llvm::all_of(types, [](const eval::TypeDesc& type) { return type.kind == eval::TypeDesc::Kind::Tensor && type.tensor.shape.rank_known(); });
  if (!tensors) return TextOf(types[0]) + " and " + std::to_string(types.size() - 1) + " more";
  const shape::TensorType& first = types[0].tensor;
  bool same = llvm::all_of(types, [&](const eval::TypeDesc& type) { return type.tensor.dtype == first.dtype && type.tensor.shape.rank() == first.shape.rank(); });
  if (!same) return TextOf(types[0]) + " and " + std::to_string(types.size() - 1) + " more";
  std::string out = ShortName(first.dtype).str() + "[";
  for (unsigned i = 0; i < first.shape.rank(); ++i) {
    bool equal = llvm::all_of(types, [&](const eval::TypeDesc& type) { return type.tensor.shape.dims()[i] == first.shape.dims()[i]; });
    out += (i ? ", " : "") + (equal ? first.shape.dims()[i].ToString() : "·");
  }
  return out + "]";
}

// "Net.forward, line 31". What enters a model or a function without a call stands at its definition: it is no caller.
static std::string CallerText(const eval::Unit& unit, NodeId caller) {
  const parse::Tree& tree = unit.tree();
  if (caller == kNoNode || tree.kind(caller) == NodeKind::ClassDef || tree.kind(caller) == NodeKind::FunctionDef) return "";
  uint32_t offset = tree.start(caller);
  llvm::ArrayRef<parse::Item> items = unit.parsed.items;
  const parse::Item* after = llvm::partition_point(items, [&](const parse::Item& item) { return tree.start(item.node) <= offset; });
  std::string text;
  // What is around the place is the item that begins last before it, or around that.
  for (uint32_t i = static_cast<uint32_t>(after - items.begin()) - 1; i < items.size(); i = items[i].parent) {
    if (offset < tree.end(items[i].node)) text = Text(tree.symbol(items[i].node)).str() + (text.empty() ? "" : ".") + text;
  }
  return text + (text.empty() ? "" : ", ") + "line " + std::to_string(unit.LineOf(caller));
}

const std::string& ContextTexts::OfCaller(NodeId caller) {
  static const std::string none;
  if (caller == kNoNode) return none;
  auto [text, added] = callers_.try_emplace(caller);
  if (added) text->second = CallerText(script_, caller);
  return text->second;
}

std::string ContextTexts::Of(llvm::ArrayRef<eval::TypeDesc> types, llvm::ArrayRef<NodeId> callers) {
  if (types.size() < 2) return "";
  // More contexts than this are only counted.
  constexpr size_t kMaxContexts = 8;
  std::string text = "Evaluated with:\n";
  for (auto [type, caller] : llvm::zip(types.take_front(kMaxContexts), callers)) {
    text += "- `";
    text += TextOf(type);
    text += '`';
    if (const std::string& place = OfCaller(caller); !place.empty()) text.append(": ").append(place);
    text += '\n';
  }
  if (types.size() > kMaxContexts) text += "- and " + std::to_string(types.size() - kMaxContexts) + " more\n";
  return text;
}

std::string Compact(double number) {
  static constexpr const char* kSuffix[] = {"", "k", "M", "G", "T", "P"};
  int step = 0;
  while (number >= 999.5 && step < 5) {
    number /= 1000;
    ++step;
  }
  char text[32];
  std::snprintf(text, sizeof text, step == 0 ? "%.0f%s" : number < 9.995 ? "%.2f%s" : number < 99.95 ? "%.1f%s" : "%.0f%s", number, kSuffix[step]);
  return text;
}

bool IsInstalled(llvm::StringRef path) { return path.contains("/site-packages/") || path.contains("/dist-packages/"); }

void AddSyntaxErrors(const eval::Unit& unit, FileReport& report) {
  for (const parse::SyntaxError& error : unit.parsed.errors) {
    Diagnostic diagnostic;
    diagnostic.location = {unit.path, RangeOf(*unit.text, error.start, error.end)};
    diagnostic.code = "syntax";
    diagnostic.message = error.message;
    report.diagnostics.push_back(std::move(diagnostic));
  }
}

const eval::Unit* UnitOf(const eval::Outcome& outcome, uint32_t file) {
  if (file >= outcome.graph.files.size()) return nullptr;
  auto unit = llvm::find_if(outcome.units, [&](const auto& each) { return each->path == outcome.graph.files[file]; });
  return unit == outcome.units.end() ? nullptr : unit->get();
}

Severity SeverityOf(llvm::StringRef slug) {
  const diagnostics::Entry* entry = diagnostics::Find(slug);
  return entry ? static_cast<Severity>(entry->level) : Severity::Error;
}

void AddProblems(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report) {
  auto installed = [&](const eval::Unit* unit) { return outcome.installed.contains(unit); };
  for (const eval::Problem& problem : outcome.problems) {
    Diagnostic diagnostic;
    diagnostic.severity = SeverityOf(problem.slug);
    diagnostic.code = problem.slug;
    diagnostic.message = problem.message;
    diagnostic.label = problem.label;
    std::pair<const eval::Unit*, NodeId> place = {problem.unit, problem.node};
    std::vector<std::pair<const eval::Unit*, NodeId>> calls = problem.stack;
    // Inside an installed package the mistake is shown at the user's own call; the package's line is a note.
    if (installed(place.first)) {
      auto own = llvm::find_if(calls, [&](const auto& call) { return !installed(call.first); });
      if (own != calls.end()) {
        diagnostic.related.push_back({LocationOf(*place.first, place.second), "fails here"});
        place = *own;
        calls.erase(calls.begin(), own + 1);
      }
    }
    diagnostic.location = LocationOf(*place.first, place.second);
    for (const eval::Problem::Note& note : problem.notes) {
      std::string quoted = note.quotes ? ": `" + SourceOf(*note.unit, note.node) + "`" : "";
      diagnostic.related.push_back({LocationOf(*note.unit, note.node), note.message + quoted});
    }
    for (const auto& [unit, node] : calls) diagnostic.related.push_back({LocationOf(*unit, node), "called from here"});
    (place.first == &script ? report.diagnostics : report.elsewhere).push_back(std::move(diagnostic));
  }
}

namespace {

// A binding that shows a hint, and where.
struct Shown {
  const eval::Binding* binding;
  NodeId target;
  uint32_t offset;
};

// Nothing where no value was a tensor.
std::optional<Shown> HintOf(const eval::Binding& binding, const eval::Unit& script) {
  if (!llvm::any_of(binding.types, [](const eval::TypeDesc& type) { return type.HoldsTensor(); })) return std::nullopt;
  const parse::Tree& tree = script.tree();
  NodeId target = TargetOf(tree, binding.statement, binding.name);
  if (target == kNoNode) return std::nullopt;
  if (tree.kind(target) != NodeKind::Parameter) return Shown{&binding, target, tree.end(target)};
  // A parameter node spans its annotation and default; the hint stands after the name (and its stars).
  if (tree.child(target, 0) != kNoNode) return Shown{&binding, target, tree.end(tree.child(target, 0))};
  size_t at = script.content().find(Text(binding.name), tree.start(target));
  return Shown{&binding, target, at == llvm::StringRef::npos ? tree.end(target) : static_cast<uint32_t>(at + Text(binding.name).size())};
}

}  // namespace

void AddInlayHints(const eval::Outcome& outcome, const eval::Unit& script, FileReport& report) {
  std::vector<Shown> all;
  for (const eval::Binding& binding : outcome.bindings) {
    if (binding.unit != &script || Text(binding.name).empty()) continue;
    if (std::optional<Shown> shown = HintOf(binding, script)) all.push_back(*shown);
  }
  llvm::stable_sort(all, [](const Shown& a, const Shown& b) { return a.offset < b.offset; });
  ContextTexts texts(script);
  llvm::SmallVector<eval::TypeDesc, 16> types;
  llvm::SmallVector<NodeId, 16> callers;
  report.inlay_hints.reserve(all.size());
  for (const Shown& shown : all) {
    types.clear();
    callers.clear();
    for (auto [type, caller] : llvm::zip(shown.binding->types, shown.binding->callers)) {
      if (!type.HoldsTensor()) continue;
      types.push_back(type);
      callers.push_back(caller);
    }
    InlayHint& hint = report.inlay_hints.emplace_back();
    hint.position = RangeOf(*script.text, shown.offset, shown.offset).start;
    hint.label = ": ";
    hint.label += types.size() == 1 ? CommonForm(types) : CommonForm(MostKnown(types));
    hint.kind = script.tree().kind(shown.target) == NodeKind::Parameter ? HintKind::Parameter : HintKind::Type;
    hint.tooltip = texts.Of(types, callers);
    hint.name = Text(shown.binding->name).str();
  }
}

void AddCostHints(const eval::Unit& script, FileReport& report) {
  std::map<uint32_t, Amount> lines;
  for (const ModelProfile& model : report.model_profiles) {
    for (const LineCost& cost : model.lines) {
      if (cost.path == script.path && cost.line > 0) lines[cost.line - 1].Add(cost.cost);
    }
  }
  for (const auto& [line, amount] : lines) {
    if (amount.flops <= 0) continue;
    uint32_t length = script.text->lines.Line(script.content(), line).rtrim().size();
    InlayHint hint;
    hint.position = {line, length};
    hint.label = Compact(amount.flops) + "FLOP";
    hint.kind = HintKind::Cost;
    hint.tooltip = std::to_string(amount.kernels) + (amount.kernels == 1 ? " kernel, " : " kernels, ") + Compact(amount.bytes) + "B moved\n";
    report.inlay_hints.push_back(std::move(hint));
  }
  llvm::stable_sort(report.inlay_hints, [](const InlayHint& a, const InlayHint& b) { return a.position < b.position; });
}

void AddBindings(const eval::Outcome& outcome, FileReport& report) {
  std::map<std::string, FileBindings> files;
  for (const eval::Binding& binding : outcome.bindings) {
    if (Text(binding.name).empty()) continue;
    FileBindings& file = files[binding.unit->path];
    file.path = binding.unit->path;
    Binding row;
    row.line = binding.unit->LineOf(binding.statement);
    row.name = Text(binding.name).str();
    for (size_t i = 0; i < binding.types.size(); ++i) {
      if (binding.fresh[i]) row.types.push_back(binding.types[i].ToJson());
    }
    if (!row.types.empty()) file.bindings.push_back(std::move(row));
  }
  for (auto& [path, file] : files) {
    llvm::stable_sort(file.bindings, [](const Binding& a, const Binding& b) { return a.line < b.line; });
    report.bindings.push_back(std::move(file));
  }
}

}  // namespace trident::ide
