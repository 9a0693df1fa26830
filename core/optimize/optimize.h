// Rewrites a program to compute the same with less: levels 1 to 3; and finds what could be rewritten, for hints.
//
// Level 0 changes nothing; 1 removes what need not run; 2 fuses; 3 chooses layouts. Every rewrite carries the conditions
// that make it legal and what it saves; candidates that fail a condition are kept with the reason. Threads: pure.
// Cost: linear in the nodes, times a few passes.
#pragma once

#include "core/optimize/program.h"
#include "core/optimize/rewriter.h"

#include <string>
#include <vector>

namespace trident::optimize {

Log Optimize(Program& program, int level);

// What the optimiser would do to an entry, also when no code can be generated from all of it.
Log Find(const graph::Graph& graph, const graph::Entry& entry);

// Whether a rewrite is worth a line in the editor; what is not is still done.
bool IsWorthSaying(const Rewrite& rewrite);

}  // namespace trident::optimize
