#include "core/optimize/optimize.h"

#include "core/optimize/pointwise.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::optimize {

Log Optimize(Program& program, int level) {
  Log log;
  if (level >= 1) Simplify(program, log);
  if (level >= 2) {
    FuseSpelledOut(program, log);
    FuseAttention(program, log);
    FoldWeights(program, log);
    // Fusing leaves casts, transposes and masks that now undo each other.
    Log again;
    Simplify(program, again);
  }
  if (level >= 3) {
    JoinParts(program, log);
    GroupPointwise(program, log);
    ArrangeLayout(program, log);
  }
  return log;
}

Log Find(const graph::Graph& graph, const graph::Entry& entry) {
  Program program = Recorded(graph, entry);
  Log log;
  // Redundant work is found on what is written; dead code of a model that is only partly known proves nothing.
  FuseSpelledOut(program, log);
  FuseAttention(program, log);
  FoldWeights(program, log);
  return log;
}

bool IsWorthSaying(const Rewrite& rewrite) {
  return llvm::StringSwitch<bool>(rewrite.slug).Cases("redundant-operation", "unused-result", "in-place-activation", "channels-last", "merge-projections", false).Default(true);
}

}  // namespace trident::optimize
