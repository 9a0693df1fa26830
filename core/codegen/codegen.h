// Turns a tensor graph into text: for now its listing, one operator call a line with types and module paths.
//
// Threads: pure. Cost: linear in the nodes.
#pragma once

#include "core/graph/graph.h"

#include <string>

namespace trident::codegen {

// The nodes [first, end) of the graph.
std::string Emit(const graph::Graph& graph, uint32_t first, uint32_t end);

}  // namespace trident::codegen
