// Says what rewriting must know of an operator by its name: whether its result shares memory, is random, is elementwise.
//
// Names are qualified ("torch.Tensor.view"); the last part decides. What is not listed is taken for an ordinary operator
// that returns new memory, so lists of views err on the side of too many. Threads: pure.
#pragma once

#include "core/graph/graph.h"

namespace trident::graph {

// "view" of "torch.Tensor.view".
inline llvm::StringRef ShortName(Symbol op) { return Text(op).rsplit('.').second; }

// A node of this name stands where what a tensor holds decided what runs; its result is read by nothing.
inline constexpr llvm::StringRef kDecision = "torch.Tensor.item";

// The result is, or may be, another view of the first input's memory.
bool MayAlias(Symbol op);
// A view of the first input's memory at the sizes, layout and dtype that the node has: no kernel runs.
bool RunsNothing(const Node& node);
// Gives other numbers each time it runs.
bool IsRandom(const Node& node);
// One output element depends on one element of each input; a chain of these can be one kernel.
bool IsElementwise(llvm::StringRef op);

}  // namespace trident::graph
