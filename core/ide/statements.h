// Answers what a change of a function's statements needs to know: where expressions stand, which names are still read.
//
// A removal is legal when the statement only gives a name to what is not needed any more. Internal to core/ide.
// Lifetime: the Unit must outlive it. Threads: pure. Cost: one walk over the tree to make Statements.
#pragma once

#include "core/eval/eval.h"
#include "core/ide/ide.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace trident::ide {

// The innermost node of exactly this range; kNoNode when there is none. Cost: one path from the root.
parse::NodeId NodeAt(const parse::Tree& tree, uint32_t start, uint32_t end);

class Statements {
 public:
  explicit Statements(const eval::Unit& unit);

  // The simple statement that the expression is part of; kNoNode for a part of a compound one.
  parse::NodeId StatementOf(parse::NodeId expression) const;
  // The function that the node is part of; kNoNode at module level.
  parse::NodeId FunctionOf(parse::NodeId node) const;
  // The statements of the block before `statement`, nearest first.
  std::vector<parse::NodeId> Before(parse::NodeId statement) const;
  // The one name that the statement binds or changes: `x = …`, `x: T = …`, `x += …`, `x.add_(…)`; an invalid Symbol
  // when it does anything else.
  Symbol NameBoundBy(parse::NodeId statement) const;
  // Whether what stays of the function may read `name` after `statement` bound it. `without`: statements and
  // expressions that do not stay.
  bool IsReadAfter(parse::NodeId statement, Symbol name, llvm::ArrayRef<parse::NodeId> without) const;
  bool Mentions(parse::NodeId node, Symbol name) const;

  // Takes the lines of a statement out and keeps its comments; nothing when it shares a line with another statement.
  std::optional<TextEdit> Removal(parse::NodeId statement) const;
  // Comments between two offsets, each on a line of its own with the given indentation.
  std::string CommentsIn(uint32_t start, uint32_t end, llvm::StringRef indentation) const;
  llvm::StringRef IndentationOf(parse::NodeId statement) const;

 private:
  parse::NodeId ParentOf(parse::NodeId node) const;

  const eval::Unit& unit_;
  const parse::Tree& tree_;
  llvm::DenseMap<parse::NodeId, parse::NodeId> parents_;
};

}  // namespace trident::ide
