// Turns a position in a file into the tree node that stands there. Internal to core/ide.
#pragma once

#include "core/eval/eval.h"
#include "core/ide/ide.h"

namespace trident::ide {

uint32_t OffsetOf(const eval::Unit& unit, Position position);
std::string SourceOf(const eval::Unit& unit, parse::NodeId node);

// The nodes around an offset, outermost first; a node includes its end, as a cursor behind a name is on it.
llvm::SmallVector<parse::NodeId, 32> PathTo(const parse::Tree& tree, uint32_t offset);
// The smallest Name, Attribute or Parameter around an offset.
parse::NodeId NameAt(const parse::Tree& tree, uint32_t offset);
// The innermost function or class that is an item (FunctionDef, ClassDef) around an offset, or kNoNode.
parse::NodeId EnclosingItem(const eval::Unit& unit, uint32_t offset, parse::NodeKind kind);

// Answers EnclosingItem for many offsets of one text: O(log items) for each.
class Enclosing {
 public:
  Enclosing(const eval::Unit& unit, parse::NodeKind kind);
  parse::NodeId At(uint32_t offset) const;

 private:
  struct Item {
    uint32_t start, end;
    parse::NodeId node;
    size_t around;  // The item of the kind that this one stands in; its own index: none.
  };
  std::vector<Item> items_;  // By start.
};

// Whether the offset lies inside a string literal, after its first character.
bool IsInString(const eval::Unit& unit, uint32_t offset);

// Whether the node is `self.NAME`, for the method's own name of self.
bool IsSelfAttribute(const parse::Tree& tree, parse::NodeId node);
// Every target `….name` of an assignment in the class around the offset, in source order.
std::vector<parse::NodeId> AttributeTargets(const eval::Unit& unit, uint32_t offset, Symbol name);

// What the outcome knows of an expression of the script; nullptr when it was not evaluated.
const eval::Binding* ExpressionBinding(const eval::Outcome& outcome, const eval::Unit& unit, parse::NodeId node);
// The binding that a use of `name` at `node` sees: the last one before it in the same function; nullptr: none.
const eval::Binding* BindingAt(const eval::Outcome& outcome, const eval::Unit& unit, parse::NodeId node);

}  // namespace trident::ide
