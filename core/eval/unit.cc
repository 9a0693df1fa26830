#include "core/eval/unit.h"

#include "core/parse/literal.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

// Leaves that are decoded from the text when they are needed.
bool IsLiteral(NodeKind kind) {
  return kind == NodeKind::Int || kind == NodeKind::Float || kind == NodeKind::Imaginary || kind == NodeKind::Str || kind == NodeKind::Bytes ||
         kind == NodeKind::FStringText;
}

bool IsValue(NodeKind kind) { return IsLiteral(kind) || kind == NodeKind::TrueLiteral || kind == NodeKind::FalseLiteral; }

// Whether what the expression gives follows from its text alone.
bool IsWrittenOut(const Tree& tree, NodeId expression) {
  NodeKind kind = tree.kind(expression);
  if (kind != NodeKind::Tuple && kind != NodeKind::List) return kind == NodeKind::NoneLiteral || (IsValue(kind) && kind != NodeKind::FStringText);
  return llvm::all_of(tree.children(expression), [&](NodeId element) { return IsWrittenOut(tree, element); });
}

// Whether the nodes have the same children: `True` and `None` have, a name and a number have not.
bool SameForm(const Tree& a, const Tree& b, NodeId node) {
  if (a.words(node).size() != b.words(node).size()) return false;
  return a.kind(node) == b.kind(node) ? a.children(node) == b.children(node) : a.words(node).empty();
}

bool SaysTheSame(const Unit& a, const Unit& b, NodeId node) {
  const Tree &before = a.tree(), &after = b.tree();
  NodeKind kind = before.kind(node);
  if (kind != after.kind(node) || before.flags(node) != after.flags(node)) return false;
  if (before.words(node).take_front(parse::SymbolCount(kind)) != after.words(node).take_front(parse::SymbolCount(kind))) return false;
  return !IsLiteral(kind) || a.content().slice(before.start(node), before.end(node)) == b.content().slice(after.start(node), after.end(node));
}

// Equal for nodes that say the same, within this process: it tells symbols by their numbers.
Fingerprint WhatItSays(const Unit& unit, NodeId node) {
  const Tree& tree = unit.tree();
  NodeKind kind = tree.kind(node);
  Fingerprint says = Combine(Fingerprint{static_cast<uint64_t>(kind), 1}, static_cast<uint64_t>(tree.flags(node)));
  for (uint32_t symbol : tree.words(node).take_front(parse::SymbolCount(kind))) says = Combine(says, static_cast<uint64_t>(symbol));
  return IsLiteral(kind) ? Combine(says, FingerprintOf(unit.content().slice(tree.start(node), tree.end(node)))) : says;
}

}  // namespace

bool Unit::Compare(const Unit& other, llvm::ArrayRef<NodeId> statements, OffsetMap& moved, std::vector<Change>& differing) const {
  const Tree &before = tree(), &after = other.tree();
  llvm::SmallVector<NodeId, 64> todo(statements);
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (!SameForm(before, after, node)) return false;
    moved.Add(before.start(node), after.start(node));
    moved.Add(before.end(node), after.end(node));
    if (structure != other.structure && !SaysTheSame(*this, other, node)) {
      differing.push_back({node, WhatItSays(*this, node), WhatItSays(other, node), IsValue(before.kind(node)) && IsValue(after.kind(node))});
    }
    for (NodeId child : before.children(node)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
  return true;
}

bool Unit::TakeText(Unit& other, OffsetMap& moved) {
  const Tree &before = tree(), &after = other.tree();
  // What does not parse is understood from its text.
  bool sound = parsed.errors.empty() && other.parsed.errors.empty();
  bool same = (structure == other.structure || sound) && before.word_size() == after.word_size() && before.root() == after.root() &&
              parsed.errors.size() == other.parsed.errors.size();
  if (!same) return false;
  llvm::ArrayRef<parse::Part> parts = parsed.parts, others = other.parsed.parts;
  llvm::ArrayRef<NodeId> statements = before.children(before.root());
  if (parts.size() != others.size() || statements != after.children(after.root())) return false;
  moved.Add(before.end(before.root()), after.end(after.root()));
  std::vector<Change> differing;
  const source::Change& change = moved.change();
  for (size_t i = 0, first = 0; i < parts.size(); first = parts[i++].statements_end) {
    // Of equal tokens come equal nodes.
    uint32_t end = i + 1 < parts.size() ? parts[i + 1].start : before.end(before.root());
    bool apart = sound && parts[i].fingerprint == others[i].fingerprint && (end <= change.start || parts[i].start > change.old_end);
    if (!apart && !Compare(other, statements.slice(first, parts[i].statements_end - first), moved, differing)) return false;
  }
  llvm::append_range(changed, differing);
  text = std::move(other.text);
  parsed = std::move(other.parsed);
  outline = std::move(other.outline);
  structure = other.structure;
  if (!llvm::all_of(differing, [&](const Change& one) { return IsLiteral(tree().kind(one.node)); })) changed_in_functions_.reset();
  // What is known of a function follows from the nodes in it.
  std::vector<uint32_t> places;
  for (const Change& one : differing) places.push_back(tree().start(one.node));
  llvm::sort(places);
  for (auto& [function, info] : functions_) {
    auto inside = llvm::lower_bound(places, tree().start(function));
    if (inside == places.end() || *inside >= tree().end(function)) continue;
    Describe(function, *info);
    generators_.erase(function);
  }
  return true;
}

std::vector<Unit::Change> Unit::ChangedSince(size_t since) const {
  llvm::MapVector<NodeId, Change> changes;
  for (const Change& one : llvm::ArrayRef(changed).drop_front(since)) {
    Change& all = changes.try_emplace(one.node, one).first->second;
    all.after = one.after;
    all.value &= one.value;
  }
  std::vector<Change> left;
  for (const auto& [node, change] : changes) {
    if (change.before != change.after) left.push_back(change);
  }
  return left;
}

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
  Describe(node, *slot);
  return slot.get();
}

void Unit::Describe(NodeId node, FunctionInfo& info) const {
  const Tree& t = tree();
  info = {};
  bool is_lambda = t.kind(node) == NodeKind::Lambda;
  for (NodeId parameter : t.children(t.child(node, 0))) {
    NodeId written = t.child(parameter, 1);
    info.parameters.push_back({t.symbol(parameter), static_cast<parse::ParameterKind>(t.flags(parameter)), t.child(parameter, 0), written, written != kNoNode && IsWrittenOut(t, written)});
  }
  info.is_async = !is_lambda && (t.flags(node) & 1);
}

bool Unit::IsGenerator(NodeId function) const {
  std::lock_guard<std::mutex> lock(mutex_);
  auto [slot, added] = generators_.try_emplace(function);
  if (added) slot->second = llvm::any_of(tree().children(tree().child(function, 1)), [&](NodeId statement) { return ContainsYield(tree(), statement); });
  return slot->second;
}

bool Unit::IsChangedInFunctions(Symbol name) const {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!changed_in_functions_) changed_in_functions_ = outline::NamesChangedInFunctions(tree());
  return changed_in_functions_->contains(name);
}

bool Unit::LacksForStars(Symbol name) const {
  static const Symbol all = Intern("__all__");
  auto listed = outline.bindings.find(all);
  if (listed == outline.bindings.end()) {
    return Text(name).starts_with("_") || !(fills_globals || outline.MayBind(name));
  }
  if (listed->second.size() != 1) return false;
  NodeId statement = tree().child(tree().root(), listed->second.front());
  if (tree().kind(statement) != NodeKind::Assign) return false;
  NodeId list = tree().child(statement, 0);
  if (tree().kind(list) != NodeKind::List && tree().kind(list) != NodeKind::Tuple) return false;
  return llvm::all_of(tree().children(list), [&](NodeId item) {
    return tree().kind(item) == NodeKind::Str && parse::DecodeString(content(), tree(), item) != Text(name);
  });
}

}  // namespace trident::eval
