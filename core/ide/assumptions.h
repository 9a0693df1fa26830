// Says what operators took for true of sizes that are not known: "`n_head` divides `n_embd`".
//
// The operators of the graph are asked again, so that nothing is kept for it; only a hover wants to know.
// Lifetime: the outcome must outlive the call. Threads: pure. Cost: one pass over the graph.
#pragma once

#include "core/eval/eval.h"

#include <string>
#include <vector>

namespace trident::ide {

// Of the operators between two offsets of the script, each once, in their order.
std::vector<std::string> AssumptionsBetween(const eval::Outcome& outcome, const eval::Unit& script, uint32_t start, uint32_t end);

}  // namespace trident::ide
