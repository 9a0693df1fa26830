// Holds what the script's own statements called: modules, and constructors of its models.
//
// While the script stands these calls are made again as those of entries are (repeat.cc). When its statements run again, they
// are taken from here (rerun.cc); the script's objects are others then, told by their views when the call is made.
#pragma once

#include "core/eval/kept_model.h"
#include "core/eval/piece.h"
#include "core/eval/view.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <memory>
#include <optional>
#include <vector>

namespace trident::eval {

struct ScriptCalls : Piece {
  explicit ScriptCalls(const Heap& h) : heap(h) {}

  const Heap& heap;
  const ModuleObj* script = nullptr;
  llvm::DenseMap<Symbol, Value> names;                   // Of the script, as the calls found them.
  bool fixed = true;                                     // Nothing that they saw has changed since.

  // --- for the next run of these statements
  llvm::DenseMap<Symbol, Fingerprint> seen;              // Views of the names that calls saw, if they were always the same.
  Definitions definitions;
  llvm::DenseMap<const Object*, parse::NodeId> places;   // The same, the other way round.
  llvm::DenseSet<parse::NodeId> changed;                 // Functions, since then.
  llvm::DenseSet<parse::NodeId> never_kept;              // Functions that give what is not kept.

  // --- while they run
  std::unique_ptr<ScriptCalls> past;                     // Of their last run.
  Moved moved;                                           // From the objects of that.
  std::optional<Views> views;                            // Of what is there now,
  uint32_t views_epoch = 0;                              // if the heap's epoch still is that.
  Fingerprint surroundings;                              // Of all that importing made and the run has changed,
  uint64_t surroundings_at = 0;                          // after so many changes of it.

  Views& ViewsNow();
  Fingerprint ViewNow(Symbol name);
  // Nothing when that is too much to look at.
  std::optional<Fingerprint> SurroundingsNow();
  void NoteViews(const Sights& saw);
  // Whether what a call of the last run saw, but for the text of functions, is here as it was there.
  bool SeesAsBefore(const Sights& saw);
  // A class or function of the script was defined.
  void NoteDefinition(parse::NodeId place, Object* object);
  // What stands in this run for an object of the last one, which may be gone; null: nothing.
  Object* MovedTo(const Object* object) const;
  bool Move(SavedValue& saved) const;
  // The run's objects are about to go.
  void CopyModelsApart(uint32_t generation);
};

}  // namespace trident::eval
