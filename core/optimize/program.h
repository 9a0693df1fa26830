// Holds one entry of a graph in the form that passes rewrite and code is generated from.
//
// Lower() takes from the graph the entry's own nodes, the constants computed before the call that it reads, and drops
// what cannot be written down and is not needed. It refuses, with the reason and the place, when something that is
// needed is not known: a value Trident lost, a path that data decide, random numbers fixed at construction.
// Threads: a Program belongs to one thread. Lifetime: the Graph must outlive it. Cost: linear in the graph's nodes.
#pragma once

#include "core/graph/graph.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <string>
#include <vector>

namespace trident::optimize {

using graph::ValueNumber;

// How a weight of the generated module comes from weights of the original one.
struct Conversion {
  enum class Kind : uint8_t {
    FoldBatchNorm,  // `first` is a convolution or linear layer's path, `second` the batch norm's; `number` its eps.
    Concatenate,    // `first` becomes the concatenation of `parts` along dim 0.
    Drop,           // `first` is not needed.
    Copy,           // `first` is another name of `second`.
  };
  Kind kind;
  std::string first, second;
  std::vector<std::string> parts;
  double number = 0;
  bool transposed = false;  // The convolution's output channels are its weight's second dim.
};

// Elementwise operators that run as one kernel; a node named `name` stands for them.
struct Kernel {
  std::string name;
  std::vector<graph::Use> operands;  // In the order of the node's arguments.
  std::vector<graph::Node> nodes;
  graph::Use result;
};

struct Program {
  const graph::Graph* graph = nullptr;
  graph::Entry entry;
  std::vector<graph::Node> nodes;      // In order; a node's scope is an index into graph->scopes.
  std::vector<graph::Node> constants;  // Ran before the call, in order; what nodes and transient buffers need of them.
  std::vector<Conversion> conversions;
  std::vector<Kernel> kernels;
  std::vector<std::string> left_out;   // What the model returns under these names is no tensor, and not returned.
  bool channels_last = false;          // The module's weights are to be laid out so.
  ValueNumber next_value = 0;

  ValueNumber NewValue() { return next_value++; }
};

// Why there is no program, and where.
struct Obstacle {
  std::string reason;
  uint32_t unit = graph::kNoUnit;  // Index into Graph::files.
  uint32_t start = 0, end = 0;
};

// The entry as it was recorded, with all that cannot be written down.
Program Recorded(const graph::Graph& graph, const graph::Entry& entry);

std::optional<Program> Lower(const graph::Graph& graph, const graph::Entry& entry, Obstacle& obstacle);

// Which values may share memory: a union of the values that views and operators in place connect.
class Aliases {
 public:
  explicit Aliases(llvm::ArrayRef<graph::Node> nodes);
  ValueNumber RootOf(ValueNumber value) const;
  // Whether anything writes into the memory that `value` may share.
  bool Written(ValueNumber value) const;

 private:
  void Union(ValueNumber a, ValueNumber b);
  mutable llvm::DenseMap<ValueNumber, ValueNumber> parent_;
  llvm::DenseMap<ValueNumber, bool> written_;
};

}  // namespace trident::optimize
