#include "core/ide/ide.h"

#include "core/codegen/codegen.h"
#include "core/ide/analysis.h"
#include "core/ide/convert.h"
#include "core/parse/dump.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

struct Workspace::Impl {
  std::unique_ptr<Analysis> analysis;
};

Workspace::Workspace(Options options) : impl_(std::make_unique<Impl>()) { impl_->analysis = std::make_unique<Analysis>(std::move(options)); }
Workspace::~Workspace() = default;

void Workspace::SetDocument(llvm::StringRef path, std::string text, int64_t version) {
  impl_->analysis->SetDocument(source::NormalPath(path), std::move(text), version);
}

void Workspace::CloseDocument(llvm::StringRef path) { impl_->analysis->CloseDocument(source::NormalPath(path)); }

void Workspace::FileChanged(llvm::StringRef path) { impl_->analysis->FileChanged(source::NormalPath(path)); }

void Workspace::SetOptions(Options options) { impl_->analysis->SetOptions(std::move(options)); }

llvm::Expected<std::shared_ptr<const FileReport>> Workspace::Report(llvm::StringRef path, const CancelFlag* cancel) {
  return impl_->analysis->Report(source::NormalPath(path), cancel);
}

void Workspace::Forsake(std::thread::id thread) { impl_->analysis->database().Forsake(thread); }

std::vector<query::QueryCounts> Workspace::QueryCounts() const { return impl_->analysis->database().Counts(); }

void Workspace::SetQueryLog(std::function<void(const query::Event&)> log) { impl_->analysis->database().SetLog(std::move(log)); }

// The innermost function around an offset, or kNoNode at module level.
static NodeId EnclosingFunction(const eval::Unit& unit, uint32_t offset) {
  NodeId best = kNoNode;
  for (const parse::Item& item : unit.parsed.items) {
    if (unit.tree().kind(item.node) == NodeKind::FunctionDef && unit.tree().start(item.node) <= offset && offset <= unit.tree().end(item.node)) best = item.node;
  }
  return best;
}

// The smallest Name, Attribute or Parameter around an offset.
static NodeId NameAt(const parse::Tree& tree, NodeId root, uint32_t offset) {
  NodeId best = kNoNode;
  NodeId node = root;
  while (node != kNoNode) {
    NodeKind kind = tree.kind(node);
    if (kind == NodeKind::Name || kind == NodeKind::Parameter || kind == NodeKind::Attribute) best = node;
    NodeId next = kNoNode;
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode && tree.start(child) <= offset && offset <= tree.end(child)) next = child;
    }
    node = next;
  }
  return best;
}

std::optional<Hover> Workspace::HoverAt(llvm::StringRef path, Position position) {
  std::shared_ptr<const Facts> facts = impl_->analysis->FactsOf(source::NormalPath(path));
  if (!facts) return std::nullopt;
  const eval::Unit& unit = *facts->unit;
  uint32_t offset = unit.text->lines.ToOffset(unit.content(), {position.line, position.column});
  NodeId node = NameAt(unit.tree(), unit.tree().root(), offset);
  if (node == kNoNode || unit.tree().kind(node) == NodeKind::Attribute) return std::nullopt;
  Symbol name = unit.tree().symbol(node);
  NodeId function = EnclosingFunction(unit, offset);
  // The last binding of the name in the same function at or before the position.
  const eval::Binding* best = nullptr;
  for (const eval::Binding& binding : facts->outcome->bindings) {
    if (binding.unit != &unit || binding.name != name) continue;
    uint32_t at = unit.tree().start(binding.statement);
    if (at > offset || EnclosingFunction(unit, at) != function) continue;
    // A use on the right of its own assignment sees the binding before.
    bool own = at <= offset && offset <= unit.tree().end(binding.statement);
    if (own && TargetOf(unit.tree(), binding.statement, name) != node && unit.tree().kind(binding.statement) != NodeKind::Parameter &&
        unit.tree().kind(binding.statement) != NodeKind::For) {
      continue;
    }
    if (!best || at >= unit.tree().start(best->statement)) best = &binding;
  }
  if (!best) return std::nullopt;
  Hover hover;
  uint32_t end = unit.tree().kind(node) == NodeKind::Parameter ? unit.tree().start(node) + Text(name).size() : unit.tree().end(node);
  hover.range = RangeOf(*unit.text, unit.tree().start(node), end);
  hover.markdown = "```python\n" + Text(name).str() + ": " + CommonForm(best->types) + "\n```\n";
  if (best->types.size() > 1) {
    hover.markdown += "\nEvaluated with:\n";
    for (const eval::TypeDesc& type : best->types) hover.markdown += "- `" + type.ToString() + "`\n";
  }
  return hover;
}

std::vector<Location> Workspace::DefinitionAt(llvm::StringRef path, Position position) {
  std::vector<Location> out;
  std::shared_ptr<const Facts> facts = impl_->analysis->FactsOf(source::NormalPath(path));
  if (!facts) return out;
  const eval::Unit& unit = *facts->unit;
  const parse::Tree& tree = unit.tree();
  uint32_t offset = unit.text->lines.ToOffset(unit.content(), {position.line, position.column});
  NodeId node = NameAt(tree, tree.root(), offset);
  if (node == kNoNode || tree.kind(node) != NodeKind::Attribute) return out;
  NodeId object = tree.child(node, 0);
  if (tree.kind(object) != NodeKind::Name || Text(tree.symbol(object)) != "self") return out;
  // `self.attr`: every assignment to it in the class around.
  for (const parse::Item& item : unit.parsed.items) {
    if (tree.kind(item.node) != NodeKind::ClassDef || offset < tree.start(item.node) || offset > tree.end(item.node)) continue;
    llvm::SmallVector<NodeId, 64> todo = {item.node};
    while (!todo.empty()) {
      NodeId each = todo.pop_back_val();
      if (tree.kind(each) == NodeKind::Assign) {
        for (NodeId target : tree.children(each).drop_front()) {
          if (tree.kind(target) == NodeKind::Attribute && tree.symbol(target) == tree.symbol(node)) out.push_back(LocationOf(unit, target));
        }
        continue;
      }
      for (NodeId child : tree.children(each)) {
        if (child != kNoNode) todo.push_back(child);
      }
    }
  }
  llvm::stable_sort(out, [](const Location& a, const Location& b) { return a.range.start < b.range.start; });
  return out;
}

llvm::Expected<std::string> Workspace::Dump(llvm::StringRef path, llvm::StringRef stage) {
  std::string normal = source::NormalPath(path);
  llvm::Expected<std::shared_ptr<const eval::Unit>> unit = impl_->analysis->units().Load(normal);
  if (!unit) return unit.takeError();
  const eval::Unit& u = **unit;
  if (stage == "tokens") return lex::DumpTokens(u.content(), lex::Lex(u.content()));
  if (stage == "tree") return parse::DumpTree(u.content(), u.tree()) + "\n";
  if (stage == "outline") {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [name, statements] : u.outline.bindings) {
      std::string lines;
      for (uint32_t index : statements) lines += " " + std::to_string(u.LineOf(u.tree().children(u.tree().root())[index]));
      rows.emplace_back(Text(name).str(), lines);
    }
    llvm::sort(rows);
    std::string out;
    for (const auto& [name, lines] : rows) out += name + ": line" + lines + "\n";
    return out;
  }
  if (stage == "graph" || stage == "code") {
    std::shared_ptr<const Facts> facts = impl_->analysis->FactsOf(normal);
    if (!facts) return llvm::createStringError("cancelled");
    const graph::Graph& graph = facts->outcome->graph;
    return stage == "graph" ? graph.ToString() : codegen::Emit(graph, 0, graph.nodes.size());
  }
  return llvm::createStringError("unknown stage '" + stage.str() + "': use tokens, tree, outline, graph or code");
}

}  // namespace trident::ide
