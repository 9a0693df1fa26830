// Holds what a pass over an entry begins with, what it learns of the entry's arguments, and how it is undone.
//
// An entry is run until the types of its arguments are settled (entry.cc). All but the last of these passes are undone.
#pragma once

#include "core/eval/summary.h"

#include <climits>
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

// How an entry is run, and what came of that.
struct EntryMode {
  static constexpr int kNoTensor = -1, kAllTensors = INT_MAX;

  bool guessing = false;                    // A run on likely types: it shows types, and no problems.
  bool gives_all = false;                   // What has None as default is given, as something unknown.
  bool single_samples = false;              // What takes one sample or a batch of them is given one.
  bool confirming = false;                  // An entry is run again to confirm what it found.
  bool leaves_out = false;                  // The entry lacks an argument that has None as default.
  bool names_apart = false;                 // Equal names of sizes of different arguments are different sizes.
  uint32_t hidden_errors = 0;               // Of a run on likely types: errors that only its being one hides.
  int guess_level = 0;                      // What uncertain_ is where nothing else is uncertain in it.
  bool entered_unsure = false;              // Nothing of the entry is published: it may take what is likely for sure.
  int extra = kNoTensor;                    // Which of the tensors that have defaults an entry is given as well.
  int entry_extra = kNoTensor;              // The one with which the entry's call succeeds.
  bool entry_evaluates = false;             // The entry's module is called in the mode of evaluation.
  unsigned optional_tensors = 0;            // How many there are.
  bool lacks_arguments = false;             // The entry's call is given less than it may be.
  bool of_function = false;                 // It is no model: what it calls are no entries of the graph.
  bool made_up_before = false;              // An argument of some entry of the run is of a kind that nobody wrote;
  bool made_up = false;                     // the same of this one: what follows proves nothing.
};

// How much was recorded before a pass.
struct Checkpoint {
  size_t bindings, problems, models, entries, nodes, scopes;
  size_t types, entered;                    // Of the types given to bindings and the functions entered, in order.
  size_t piece_types = 0, piece_entered = 0, piece_losses = 0, calls = 0, answers = 0;
  Journal journal;
};

}  // namespace trident::eval
