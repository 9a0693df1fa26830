// Turns a tree into the index of what a module binds, without looking into function bodies.
//
// Output: for every name the module statements that bind or, at module level, change it, in source order; star
// imports; statements with effects. The interpreter executes module statements on demand from this index, so a
// name costs only the statements it needs. Threads: pure. Cost: one walk over module-level statements.
#pragma once

#include "core/parse/tree.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace trident::outline {

// Index of a statement in the module's body.
using StatementIndex = uint32_t;

struct Outline {
  // Statements that bind the name (def, class, assignment, import; also inside if/try/with/for at module level) or
  // change the object it names (`name.append(...)`, `name[k] = v`, `name.attr = v`).
  llvm::DenseMap<Symbol, llvm::SmallVector<StatementIndex, 1>> bindings;
  // Names bound only for type checkers (`if TYPE_CHECKING:`): a fallback for lazily filled modules. Values are import
  // statement nodes.
  llvm::DenseMap<Symbol, parse::NodeId> type_checking;
  std::vector<parse::NodeId> type_checking_stars;  // `from x import *` inside `if TYPE_CHECKING:`.
  // Statements that hold a `from x import *`, in source order.
  std::vector<StatementIndex> star_imports;
  // Statements that may change objects of other modules: decorated definitions, bare calls.
  std::vector<StatementIndex> effects;

  // Whether something of the module may bind the name, be it for type checkers or by a star.
  bool MayBind(Symbol name) const { return bindings.count(name) || type_checking.count(name) || !star_imports.empty() || !type_checking_stars.empty(); }
};

Outline Build(const parse::Tree& tree);

// The names whose objects some function's body changes (`name[k] = v`, `name.add(v)`): at module level, registries that
// other modules fill by calling that function. Cost: one walk over the whole tree.
llvm::DenseSet<Symbol> NamesChangedInFunctions(const parse::Tree& tree);

}  // namespace trident::outline
