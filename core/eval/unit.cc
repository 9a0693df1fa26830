#include "core/eval/unit.h"

namespace trident::eval {

bool Unit::TakeText(Unit& other, OffsetMap& moved) {
  const parse::Tree &before = tree(), &after = other.tree();
  bool same = structure == other.structure && before.word_size() == after.word_size() && before.root() == after.root() &&
              parsed.errors.size() == other.parsed.errors.size();
  if (!same) return false;
  llvm::SmallVector<parse::NodeId, 64> todo = {before.root()};
  while (!todo.empty()) {
    parse::NodeId node = todo.pop_back_val();
    if (before.kind(node) != after.kind(node) || before.words(node).size() != after.words(node).size()) return false;
    moved[before.start(node)] = after.start(node);
    moved[before.end(node)] = after.end(node);
    for (parse::NodeId child : before.children(node)) {
      if (child != parse::kNoNode) todo.push_back(child);
    }
  }
  text = std::move(other.text);
  parsed = std::move(other.parsed);
  return true;
}

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

bool ContainsYield(const parse::Tree& tree, NodeId root) {
  llvm::SmallVector<NodeId, 64> todo = {root};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (node == kNoNode) {
      continue;
    }
    switch (tree.kind(node)) {
      case NodeKind::Yield:
      case NodeKind::YieldFrom:
        return true;
      case NodeKind::FunctionDef:
      case NodeKind::ClassDef:
      case NodeKind::Lambda:
        continue;
      default:
        todo.append(tree.children(node).begin(), tree.children(node).end());
    }
  }
  return false;
}

const FunctionInfo* Unit::Function(NodeId node) const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::unique_ptr<FunctionInfo>& slot = functions_[node];
  if (slot) {
    return slot.get();
  }
  slot = std::make_unique<FunctionInfo>();
  const parse::Tree& t = tree();
  bool is_lambda = t.kind(node) == NodeKind::Lambda;
  for (NodeId parameter : t.children(t.child(node, 0))) {
    slot->parameters.push_back(
        {t.symbol(parameter), static_cast<parse::ParameterKind>(t.flags(parameter)), t.child(parameter, 0), t.child(parameter, 1)});
  }
  slot->is_async = !is_lambda && (t.flags(node) & 1);
  NodeId body = t.child(node, 1);
  if (is_lambda) {
    slot->is_generator = ContainsYield(t, body);
  } else {
    for (NodeId statement : t.children(body)) {
      if (ContainsYield(t, statement)) {
        slot->is_generator = true;
        break;
      }
    }
  }
  // The innermost item around the node names it; the offset inside the item tells nested functions apart.
  const parse::Item* item = nullptr;
  for (const parse::Item& candidate : parsed.items) {
    if (candidate.first_word <= node && node <= candidate.node) {
      item = &candidate;
    }
  }
  Fingerprint home = item ? item->fingerprint : parsed.module_fingerprint;
  slot->body = Combine(home, item ? node - item->first_word : node);
  return slot.get();
}

}  // namespace trident::eval
