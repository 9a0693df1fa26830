// Turns the nodes of an entry into the memory that activations take while it runs, and while it is trained.
//
// Parameters, their gradients, the optimiser's state and the inputs are left out: they are there from step to step. In
// inference a tensor is let go after its last use. Training keeps besides what autograd saves for the way back, frees it
// node by node on that way, and holds the gradients that are on their way. What single operators save was compared with
// PyTorch 1.13.1. Tensors of unknown size count as none. Units: bytes. Threads: pure. Cost: linear in the nodes.
#pragma once

#include "core/graph/graph.h"

namespace trident::cost {

// What autograd keeps of a node: its inputs by position, and its results.
struct Saved {
  uint32_t inputs = 0;  // A bit each.
  bool outputs = false;
  double more = 0;      // Bytes of what only the operator's kernel made: masks, indices.
};
// `tracked`: a bit for each input that a gradient is wanted of.
Saved SavedForBackward(const graph::Node& node, uint32_t tracked);

struct Memory {
  std::vector<double> held;     // After each node, in inference.
  double made = 0;              // By all nodes together.
  double training = 0;          // The most at once in a forward and a backward.
  double saved = 0;             // Of that what autograd keeps when the forward ends.
};

Memory MemoryOf(const graph::Graph& graph, const graph::Entry& entry);

}  // namespace trident::cost
