// Holds what a script's own statements left, so that after an edit inside functions that they did not run, they stand.
//
// A run of an open document is the script's statements and then its entries (piece.h). What the statements made lives in a
// region of the heap that outlives the run; what entries wrote to it is undone at the run's end. The next run takes both up
// again if all that changed is in the bodies of functions that no statement ran, or in defaults (defaults.h). The same holds
// for the models that entries construct: an entry that runs again, for an edit of its forward, takes the model it made the
// last time.
#pragma once

#include "core/eval/piece.h"

namespace trident::eval {

// Where a value was lost, and the names that stayed unknown for it.
struct Lack {
  using Dependent = std::pair<parse::NodeId, Symbol>;
  Place place;
  Symbol reason;
  std::vector<Dependent> dependents;
  bool seen = false;                             // In this run.
};

struct Standing {
  std::weak_ptr<const Unit> unit;
  size_t changes = 0;                            // Of Unit::changed, that are known to concern nothing here.
  Fingerprint structure;
  llvm::DenseSet<parse::NodeId> executed;        // Functions that statements ran.
  Pieces seen;                                   // As the entries see it; without pieces.

  // --- of Interp, when the entries began
  Outcome outcome;
  llvm::DenseMap<std::pair<std::pair<const Unit*, parse::NodeId>, Symbol>, uint32_t> binding_index;
  llvm::DenseMap<const Unit*, uint32_t> graph_files;
  std::vector<const Unit*> graph_units;
  std::vector<Lack> gaps;
  llvm::DenseSet<parse::NodeId> entered, doubtful;
  llvm::DenseMap<ClassObj*, InstanceObj*> made;
  llvm::DenseSet<Symbol> imports;
  llvm::StringSet<> skimmed;
  uint64_t steps = 0;
  uint32_t next_tensor_node = 0;
  Sights::Effects effects_asked;

  // --- of the heap
  size_t changed = 0;                            // Permanent objects.
  uint64_t prelude_writes = 0;
  size_t first_count = 0;                        // Standing objects.
};

}  // namespace trident::eval
