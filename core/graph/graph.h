// Holds the tensor graph of an evaluation: every operator call in order, with types, source and module path.
//
// SSA over value numbers: a node names the values it reads and writes; a value is written once. Scopes are the module
// calls that nodes belong to and form a tree. Threads: immutable once recorded. Cost: about 64 bytes a node.
#pragma once

#include "core/base/symbol.h"
#include "core/shape/shape.h"

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trident::graph {

using ValueNumber = uint32_t;
inline constexpr ValueNumber kNoValue = 0xFFFFFFFFu;
inline constexpr uint32_t kNoUnit = 0xFFFFFFFFu;

struct Use {
  ValueNumber value = kNoValue;
  shape::TensorType type;
};

struct Node {
  Symbol op;                          // Qualified operator name: "torch.nn.functional.conv2d".
  uint32_t scope = 0;                 // Index into Graph::scopes.
  uint32_t unit = 0;                  // Index into Graph::files.
  uint32_t start = 0, end = 0;        // Byte range of the call.
  llvm::SmallVector<Use, 3> inputs;
  llvm::SmallVector<Use, 1> outputs;
};

// One call of a module.
struct Scope {
  uint32_t parent = 0;                // The root scope is its own parent.
  std::string path;                   // "layer1.0.conv1"
  Symbol class_name;
  bool training = true;
  uint32_t unit = kNoUnit;            // Where it is called: an index into Graph::files and a byte range.
  uint32_t start = 0, end = 0;
  uint32_t first_node = 0, end_node = 0;  // What ran inside it, the calls below it included.
  llvm::SmallVector<Use, 1> outputs;  // The tensors it returned.
};

struct Graph {
  std::vector<std::string> files;
  std::vector<Scope> scopes;
  std::vector<Node> nodes;

  std::string ToString() const;       // --dump graph
};

}  // namespace trident::graph
