#include "core/ide/statements.h"

#include "core/ide/convert.h"
#include "core/lex/lex.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

static bool IsSimple(NodeKind kind) {
  return kind == NodeKind::Return || kind == NodeKind::Assign || kind == NodeKind::AugAssign || kind == NodeKind::AnnAssign || kind == NodeKind::ExprStmt;
}

Statements::Statements(const eval::Unit& unit) : unit_(unit), tree_(unit.tree()) {
  llvm::SmallVector<NodeId, 64> todo = {tree_.root()};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    for (NodeId child : tree_.children(node)) {
      if (child == kNoNode) continue;
      parents_[child] = node;
      todo.push_back(child);
    }
  }
}

NodeId Statements::ParentOf(NodeId node) const {
  auto found = parents_.find(node);
  return found == parents_.end() ? kNoNode : found->second;
}

NodeId NodeAt(const parse::Tree& tree, uint32_t start, uint32_t end) {
  NodeId found = kNoNode;
  for (NodeId node = tree.root(); node != kNoNode;) {
    if (tree.start(node) == start && tree.end(node) == end) found = node;
    llvm::ArrayRef<NodeId> children = tree.children(node);
    auto inside = llvm::find_if(children, [&](NodeId child) { return child != kNoNode && tree.start(child) <= start && end <= tree.end(child); });
    node = inside == children.end() ? kNoNode : *inside;
  }
  return found;
}

NodeId Statements::StatementOf(NodeId expression) const {
  for (NodeId node = expression; node != kNoNode; node = ParentOf(node)) {
    NodeKind kind = tree_.kind(node);
    if (kind == NodeKind::Lambda || kind == NodeKind::ListComp || kind == NodeKind::GeneratorExp || kind == NodeKind::SetComp || kind == NodeKind::DictComp) return kNoNode;
    NodeId parent = ParentOf(node);
    bool in_block = parent != kNoNode && (tree_.kind(parent) == NodeKind::Block || tree_.kind(parent) == NodeKind::Module);
    if (in_block) return IsSimple(kind) ? node : kNoNode;
  }
  return kNoNode;
}

NodeId Statements::FunctionOf(NodeId node) const {
  while (node != kNoNode && tree_.kind(node) != NodeKind::FunctionDef) node = ParentOf(node);
  return node;
}

std::vector<NodeId> Statements::Before(NodeId statement) const {
  std::vector<NodeId> before;
  for (NodeId each : tree_.children(ParentOf(statement))) {
    if (each == statement) break;
    before.push_back(each);
  }
  std::reverse(before.begin(), before.end());
  return before;
}

Symbol Statements::NameBoundBy(NodeId statement) const {
  llvm::ArrayRef<NodeId> children = tree_.children(statement);
  NodeId target = kNoNode;
  switch (tree_.kind(statement)) {
    case NodeKind::Assign:
      if (children.size() == 2) target = children[1];
      break;
    case NodeKind::AugAssign: target = children[0]; break;
    case NodeKind::AnnAssign:
      if (children[2] != kNoNode) target = children[0];
      break;
    case NodeKind::ExprStmt:
      // `scores.masked_fill_(mask, value)`
      if (tree_.kind(children[0]) == NodeKind::Call && tree_.kind(tree_.child(children[0], 0)) == NodeKind::Attribute) target = tree_.child(tree_.child(children[0], 0), 0);
      break;
    default: break;
  }
  return target != kNoNode && tree_.kind(target) == NodeKind::Name ? tree_.symbol(target) : Symbol();
}

bool Statements::Mentions(NodeId node, Symbol name) const {
  if (tree_.kind(node) == NodeKind::Name && tree_.symbol(node) == name) return true;
  return llvm::any_of(tree_.children(node), [&](NodeId child) { return child != kNoNode && Mentions(child, name); });
}

bool Statements::IsReadAfter(NodeId statement, Symbol name, llvm::ArrayRef<NodeId> without) const {
  auto stays = [&](NodeId node) { return !llvm::is_contained(without, node); };
  auto reads = [&](auto&& self, NodeId node) -> bool {
    if (!stays(node)) return false;
    if (tree_.kind(node) == NodeKind::Name) return tree_.symbol(node) == name;
    return llvm::any_of(tree_.children(node), [&](NodeId child) { return child != kNoNode && self(self, child); });
  };
  NodeId block = ParentOf(statement);
  bool after = false;
  for (NodeId each : tree_.children(block)) {
    if (each == statement) {
      after = true;
    } else if (after && stays(each)) {
      llvm::ArrayRef<NodeId> children = tree_.children(each);
      bool rebinds = tree_.kind(each) == NodeKind::Assign && llvm::any_of(children.drop_front(), [&](NodeId target) { return tree_.kind(target) == NodeKind::Name && tree_.symbol(target) == name; });
      if (rebinds) return reads(reads, children[0]);
      if (reads(reads, each)) return true;
    }
  }
  NodeId owner = ParentOf(block);
  if (owner != kNoNode && tree_.kind(owner) == NodeKind::FunctionDef) {
    // A function defined before may read the name when it is called.
    return llvm::any_of(tree_.children(block), [&](NodeId each) { return tree_.kind(each) == NodeKind::FunctionDef && Mentions(each, name); });
  }
  // What surrounds a block may read it later, or in the next turn of a loop. Names of a module may be read anywhere.
  NodeId function = FunctionOf(statement);
  if (function == kNoNode) return true;
  auto elsewhere = [&](auto&& self, NodeId node) -> bool {
    if (node == block || !stays(node)) return false;
    if (tree_.kind(node) == NodeKind::Name && tree_.symbol(node) == name) return true;
    return llvm::any_of(tree_.children(node), [&](NodeId child) { return child != kNoNode && self(self, child); });
  };
  return elsewhere(elsewhere, function);
}

llvm::StringRef Statements::IndentationOf(NodeId statement) const {
  uint32_t start = tree_.start(statement);
  llvm::StringRef before = unit_.content().take_front(start);
  llvm::StringRef line = before.substr(before.rfind('\n') + 1);
  return line.take_while([](char c) { return c == ' ' || c == '\t'; });
}

std::string Statements::CommentsIn(uint32_t start, uint32_t end, llvm::StringRef indentation) const {
  std::string comments;
  lex::TokenBuffer tokens = lex::Lex(unit_.content());
  // A token owns what stands between the one before it and itself: that is where comments are.
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    uint32_t from = std::max(i == 0 ? 0 : tokens.end(i - 1), start), to = std::min(tokens.start(i), end);
    if (from >= to) continue;
    llvm::SmallVector<llvm::StringRef, 4> lines;
    unit_.content().slice(from, to).split(lines, '\n');
    for (llvm::StringRef line : lines) {
      if (size_t mark = line.find('#'); mark != llvm::StringRef::npos) comments += indentation.str() + line.drop_front(mark).rtrim().str() + "\n";
    }
  }
  return comments;
}

std::optional<TextEdit> Statements::Removal(NodeId statement) const {
  llvm::StringRef content = unit_.content();
  uint32_t start = tree_.start(statement), end = tree_.end(statement);
  llvm::StringRef indentation = IndentationOf(statement);
  uint32_t line_start = content.take_front(start).rfind('\n') + 1;
  if (line_start + indentation.size() != start) return std::nullopt;
  size_t line_end = content.find('\n', end);
  uint32_t next = line_end == llvm::StringRef::npos ? content.size() : line_end + 1;
  llvm::StringRef rest = content.slice(end, next).trim();
  if (!rest.empty() && !rest.starts_with("#")) return std::nullopt;
  return TextEdit{{unit_.path, RangeOf(*unit_.text, line_start, next)}, CommentsIn(start, next, indentation)};
}

}  // namespace trident::ide
