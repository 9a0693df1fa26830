// Holds what one running function, class body or module body has: names, place, what it returned on which paths.
#pragma once

#include "core/eval/object.h"
#include "core/eval/unit.h"

#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace trident::eval {

enum class Flow : uint8_t { Normal, Return, Break, Continue, Raise };

// A path that left a function early under an unknown condition: what it returned and what it had changed.
struct Exit {
  Value value;
  Journal after;
};

// Sizes by the names that annotations declare for them, within one call.
using DeclaredSizes = llvm::SmallVector<std::pair<Symbol, shape::Dim>, 0>;

struct Frame {
  Frame* parent = nullptr;
  FunctionObj* function = nullptr;  // Null for a module body.
  ModuleObj* module = nullptr;
  EnvObj* env = nullptr;
  const Unit* unit = nullptr;
  parse::NodeId statement = parse::kNoNode;
  parse::NodeId expression = parse::kNoNode;
  Value return_value;
  std::vector<Exit> exits;          // Paths that returned already: whether the rest happens is then not known.
  ListObj* yields = nullptr;
  ClassObj* owner = nullptr;        // For super() and __class__.
  Value self;                       // First argument.
  Value handled;                    // The exception an except clause is handling.
  std::vector<FunctionObj*>* created = nullptr;  // A class body: the functions it defines.
  bool record_bindings = true;
  int uncertain = 0;                // Alternatives that were being tried when it began.
  DeclaredSizes declared;
  uint32_t loops = 0, rounds = 0;   // Loops that run, one in the other, and how often their bodies have run.
};

}  // namespace trident::eval
