// Holds what a pass over an entry begins with, what it learns of the entry's arguments, and how it is undone.
//
// An entry is run until the types of its arguments are settled (entry.cc). All but the last of these passes are undone.
#pragma once

#include "core/eval/summary.h"

#include <vector>

namespace trident::eval {

// An argument of the entry being run, and what is known of it.
struct Root : Learnt {
  Symbol name;
  bool element = false;             // Any element of a list that is an argument,
  bool item = false;                // or the one at an index: it is there from when it is asked for.
  bool batched = false;             // It could be one sample as well as a batch of them, and is taken for a batch.
  TensorObj* object = nullptr;      // Of the present run.
};

// Whether more of its type is likely than sure (confirm.cc).
bool IsUnsure(const Root& root);

struct Pass {
  std::vector<shape::TensorType> before;    // Types of the arguments when it began.
  bool may_end = false;                     // It is not the last one: what it leaves out, the next one runs.
  bool left_out = false;                    // A module that can teach nothing was not run.
  uint32_t taught = 1, looked_at = 0;       // Counts what was learnt, and how much of it `spent` tells.
  bool spent = false;                       // Another pass will follow, whatever else this one shows.
};

// How much was recorded before a pass.
struct Checkpoint {
  size_t bindings, problems, models, entries, nodes, scopes;
  size_t types, entered;                    // Of the types given to bindings and the functions entered, in order.
  size_t piece_types = 0, piece_problems = 0, piece_entered = 0, piece_losses = 0, calls = 0, answers = 0;
  Journal journal;
};

}  // namespace trident::eval
