// Finds what in a tensor graph can be fused, folded or removed without changing the result.
//
// Input: a graph and a range of its nodes (one model call). Output: opportunities with the conditions that make them
// legal and the saving they bring. Nothing is rewritten here. Threads: pure. Cost: linear in the nodes.
#pragma once

#include "core/graph/graph.h"

#include <string>
#include <vector>

namespace trident::optimize {

struct Opportunity {
  const char* slug;              // "fold-batch-norm"
  std::string message;           // What to do and what it saves.
  uint32_t first = 0, second = 0;  // Node indices: what is merged into what.
  std::vector<std::string> conditions;  // Why it is legal, in words.
  uint32_t kernels_saved = 0;
  int64_t bytes_saved = 0;
};

std::vector<Opportunity> Find(const graph::Graph& graph, uint32_t first, uint32_t end);

}  // namespace trident::optimize
