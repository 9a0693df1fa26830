#include "core/ide/place.h"

#include "core/ide/convert.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

uint32_t OffsetOf(const eval::Unit& unit, Position position) {
  return unit.text->lines.ToOffset(unit.content(), {position.line, position.column});
}

std::string SourceOf(const eval::Unit& unit, NodeId node) {
  llvm::StringRef text = unit.content().slice(unit.tree().start(node), unit.tree().end(node));
  llvm::StringRef line = text.split('\n').first.rtrim();
  if (line.size() > 60) return (line.take_front(57) + "...").str();
  return line.size() < text.size() ? (line + " ...").str() : line.str();
}

llvm::SmallVector<NodeId, 32> PathTo(const parse::Tree& tree, uint32_t offset) {
  llvm::SmallVector<NodeId, 32> path;
  for (NodeId node = tree.root(); node != kNoNode;) {
    path.push_back(node);
    NodeId next = kNoNode;
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode && tree.start(child) <= offset && offset <= tree.end(child)) next = child;
    }
    node = next;
  }
  return path;
}

NodeId NameAt(const parse::Tree& tree, uint32_t offset) {
  NodeId best = kNoNode;
  for (NodeId node : PathTo(tree, offset)) {
    NodeKind kind = tree.kind(node);
    if (kind == NodeKind::Name || kind == NodeKind::Parameter || kind == NodeKind::Attribute) best = node;
  }
  return best;
}

NodeId EnclosingItem(const eval::Unit& unit, uint32_t offset, NodeKind kind) {
  NodeId best = kNoNode;
  for (const parse::Item& item : unit.parsed.items) {
    if (unit.tree().kind(item.node) == kind && unit.tree().start(item.node) <= offset && offset <= unit.tree().end(item.node)) best = item.node;
  }
  return best;
}

Enclosing::Enclosing(const eval::Unit& unit, NodeKind kind) {
  const parse::Tree& tree = unit.tree();
  for (const parse::Item& item : unit.parsed.items) {
    if (tree.kind(item.node) == kind) items_.push_back({tree.start(item.node), tree.end(item.node), item.node, 0});
  }
  llvm::stable_sort(items_, [](const Item& a, const Item& b) { return std::pair(a.start, b.end) < std::pair(b.start, a.end); });
  for (size_t i = 0; i < items_.size(); ++i) {
    size_t around = i == 0 ? i : i - 1;
    while (around != i && items_[around].end < items_[i].start) around = items_[around].around == around ? i : items_[around].around;
    items_[i].around = around;
  }
}

NodeId Enclosing::At(uint32_t offset) const {
  auto after = llvm::upper_bound(items_, offset, [](uint32_t at, const Item& item) { return at < item.start; });
  if (after == items_.begin()) return kNoNode;
  size_t at = after - items_.begin() - 1;
  while (offset > items_[at].end) {
    if (items_[at].around == at) return kNoNode;
    at = items_[at].around;
  }
  return items_[at].node;
}

bool IsInString(const eval::Unit& unit, uint32_t offset) {
  for (NodeId node : PathTo(unit.tree(), offset)) {
    NodeKind kind = unit.tree().kind(node);
    bool is_string = kind == NodeKind::Str || kind == NodeKind::Bytes || kind == NodeKind::JoinedStr || kind == NodeKind::TemplateStr;
    if (is_string && unit.tree().start(node) < offset && offset < unit.tree().end(node)) return true;
  }
  return false;
}

bool IsSelfAttribute(const parse::Tree& tree, NodeId node) {
  if (tree.kind(node) != NodeKind::Attribute) return false;
  NodeId object = tree.child(node, 0);
  return tree.kind(object) == NodeKind::Name && Text(tree.symbol(object)) == "self";
}

std::vector<NodeId> AttributeTargets(const eval::Unit& unit, uint32_t offset, Symbol name) {
  const parse::Tree& tree = unit.tree();
  std::vector<NodeId> out;
  NodeId around = EnclosingItem(unit, offset, NodeKind::ClassDef);
  if (around == kNoNode) return out;
  llvm::SmallVector<NodeId, 64> todo = {around};
  while (!todo.empty()) {
    NodeId each = todo.pop_back_val();
    if (tree.kind(each) == NodeKind::Assign) {
      for (NodeId target : tree.children(each).drop_front()) {
        if (tree.kind(target) == NodeKind::Attribute && tree.symbol(target) == name) out.push_back(target);
      }
      continue;
    }
    if (tree.kind(each) == NodeKind::AnnAssign && tree.kind(tree.child(each, 0)) == NodeKind::Attribute && tree.symbol(tree.child(each, 0)) == name) {
      out.push_back(tree.child(each, 0));
    }
    for (NodeId child : tree.children(each)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
  llvm::sort(out, [&](NodeId a, NodeId b) { return tree.start(a) < tree.start(b); });
  return out;
}

const eval::Binding* ExpressionBinding(const eval::Outcome& outcome, const eval::Unit& unit, NodeId node) {
  for (const eval::Binding& binding : outcome.bindings) {
    if (binding.unit == &unit && binding.statement == node && Text(binding.name).empty()) return &binding;
  }
  return nullptr;
}

const eval::Binding* BindingAt(const eval::Outcome& outcome, const eval::Unit& unit, NodeId node) {
  const parse::Tree& tree = unit.tree();
  Symbol name = tree.symbol(node);
  uint32_t offset = tree.start(node);
  NodeId function = EnclosingItem(unit, offset, NodeKind::FunctionDef);
  const eval::Binding* best = nullptr;
  for (const eval::Binding& binding : outcome.bindings) {
    if (binding.unit != &unit || binding.name != name) continue;
    uint32_t at = tree.start(binding.statement);
    if (at > offset || EnclosingItem(unit, at, NodeKind::FunctionDef) != function) continue;
    // A use on the right of its own assignment sees the binding before.
    bool own = offset <= tree.end(binding.statement);
    NodeKind kind = tree.kind(binding.statement);
    if (own && TargetOf(tree, binding.statement, name) != node && kind != NodeKind::Parameter && kind != NodeKind::For) continue;
    if (!best || at >= tree.start(best->statement)) best = &binding;
  }
  return best;
}

}  // namespace trident::ide
