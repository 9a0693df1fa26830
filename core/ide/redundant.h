// Finds operators whose own text says that they do nothing: `relu` twice, a transpose undone, `x.view(x.shape)`.
//
// What changes nothing only at the sizes and dtypes of one call is not found: other calls may need it. Internal to
// core/ide. Lifetime: results hold offsets of the Unit's text. Threads: pure. Cost: linear in the nodes.
#pragma once

#include "core/eval/eval.h"
#include "core/ide/ide.h"
#include "core/optimize/meaning.h"

namespace trident::ide {

inline constexpr const char* kRedundantOperation = "redundant-operation";

struct Redundant {
  uint32_t start = 0, end = 0;            // The expression that may go.
  uint32_t kept_start = 0, kept_end = 0;  // What stays of it.
  bool brackets = false;                  // What stays needs them.
  std::string message, title;
  uint32_t kernels_saved = 0;
  int64_t bytes_saved = 0;
  optimize::Equals same;  // Each result, and what it is equal to.
};

// In the order of the text; only what is redundant whenever it runs.
std::vector<Redundant> RedundantIn(const eval::Outcome& outcome, const eval::Unit& script);

// Leaves what stays. Comments keep a line of their own; nothing where they cannot.
std::optional<Fix> WithoutIt(const eval::Unit& script, const Redundant& redundant);

}  // namespace trident::ide
