// Turns tensor-graph nodes into what they cost: floating-point operations and bytes.
//
// FLOPs are counted as torch.utils.flop_counter.FlopCounterMode counts them: 2 per multiply-add of matrix products,
// convolutions and attention; elementwise work is not counted. On a CPU the counter leaves fused attention out. Sizes may be symbolic, so counts are Dims. Threads: pure.
#pragma once

#include "core/graph/graph.h"

namespace trident::cost {

struct Cost {
  shape::Dim flops = 0;         // Unknown when a counted node's sizes are not all known.
  shape::Dim bytes_read = 0;    // Every input once per node, as an unfused kernel reads it.
  shape::Dim bytes_written = 0;
  uint32_t nodes = 0;
  uint32_t uncounted = 0;       // Nodes with unknown sizes.
};

Cost NodeCost(const graph::Node& node);

// The floating-point operations of nodes [first, end) of the graph: what Sum says of them, without the bytes.
struct Flops {
  shape::Dim all = 0;        // Sizes that data decide count at their largest.
  shape::Dim attention = 0;  // Of them in scaled_dot_product_attention: the counter has no formula for its CPU kernel.
  bool at_most = false;      // Data decide some of the sizes.
};
Flops SumFlops(const graph::Graph& graph, uint32_t first, uint32_t end);

// The sum over nodes [first, end) of the graph.
Cost Sum(const graph::Graph& graph, uint32_t first, uint32_t end);

}  // namespace trident::cost
