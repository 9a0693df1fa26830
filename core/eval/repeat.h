// Holds what a call was given, so that it can be made again by itself when the text of its function has changed.
//
// When such calls give what they gave, nobody who called them has to run again (repeat.cc).
#pragma once

#include "core/eval/pass.h"
#include "core/eval/piece.h"

#include "llvm/ADT/BitVector.h"

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trident::eval {

// What was known of the entry's arguments when calls were made.
struct KnownRoots {
  std::vector<Root> roots;                               // Their objects are those of that run, to be told apart by.
  std::vector<std::shared_ptr<const TensorObj>> objects; // The same as they were; null: none.
};

struct GivenCall {
  Value callee;                                          // It stands, or was imported.
  InstanceObj* entry;                                    // The same; the outermost module that was called; null: none.
  std::vector<SavedValue> positional;                    // Objects that stand or were imported are themselves.
  std::vector<std::pair<Symbol, SavedValue>> keywords;
  bool open = false, exposed = false, open_rest = false; // As in Args.
  std::string path;                                      // Of the module that made it.
  std::shared_ptr<const KnownRoots> known;
  int uncertain = 0, guess_level = 0;
  bool guessing = false, entered_unsure = false;
  uint32_t generation = 0;                               // Of what stands.
};

// Calls of a log that are to be made again.
struct Due {
  CallLog* log;
  llvm::BitVector calls;                                 // By their place in the log, which is the order of their ends.
};

// A call that was made again and gave the same, and what it did.
struct Repeat {
  CallLog* log;                                          // Where it was recorded, as the call of that index.
  uint32_t index;
  CallLog done;                                          // Its last call is the one that was made again.
  bool inside = false;                                   // Another one has what it did among its own.
};

// What stood in the place of repeats, as repeats themselves, for when the edit that called for them is taken back.
struct Replaced {
  std::deque<Repeat> repeats;
  size_t since = 0;                                      // Of Unit::changed, of the run of which they are.
};

}  // namespace trident::eval
