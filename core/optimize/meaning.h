// Says what an entry computes, as one fingerprint that does not depend on how its fusible parts are written.
//
// Two texts whose entries have equal meanings compute the same up to rounding: the fused operators, their arguments, the
// weights by path and the inputs by position are the same. Shapes do not count. Threads: pure. Cost: that of Find().
#pragma once

#include "core/base/fingerprint.h"
#include "core/graph/graph.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace trident::optimize {

// Results of operators that do nothing, each with the value that it is equal to.
using Equals = llvm::DenseMap<graph::ValueNumber, graph::ValueNumber>;

// Nothing when something that the entry returns is not known. `same`: operators that are taken for what they are given.
std::optional<Fingerprint> MeaningOf(const graph::Graph& graph, const graph::Entry& entry, const Equals& same = Equals());

}  // namespace trident::optimize
