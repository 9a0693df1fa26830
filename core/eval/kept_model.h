// Holds what a constructor made, as it left it, so that an equal call gets a copy of it.
//
// That is the model itself, for as long as nothing has written to it since. When the script's statements run again, their
// own models are copied apart from the other objects of the last run (rerun.cc); models of entries, which are many and may
// not be wanted, stay where they are, and the objects of that run with them.
#pragma once

#include "core/eval/summary.h"

#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <optional>
#include <vector>

namespace trident::eval {

// Classes and functions of the script, by their place in it; null: there are several.
using Definitions = llvm::DenseMap<parse::NodeId, Object*>;

// From the objects of an earlier run to those of this one.
using Moved = llvm::DenseMap<const Object*, Object*>;

// The run whose objects models are among.
struct Stood {
  bool stands = true;
  std::unique_ptr<Heap::Retired> objects;        // Later; null: they are gone.
  Definitions definitions;                       // Later: as they were.
  // Numbers in the graph that tensors had, each with the time until which. What sets initial values gives others.
  using Number = std::pair<uint32_t, uint32_t>;
  llvm::DenseMap<const TensorObj*, llvm::SmallVector<Number, 1>> numbers;

  uint32_t NumberAt(const TensorObj& tensor, uint32_t time) const;
};

struct KeptModel {
  Value model;
  std::vector<InstanceObj*> made;                // Of classes of the script, in order.
  llvm::SmallVector<Object*, 4> given;           // Arguments that are objects of the run, each once.
  Range numbers;                                 // Of its tensors.
  uint32_t begin = 0, end = 0;                   // Of the heap's clock: all of it was touched last between.
  uint32_t generation = 0;                       // Of what stands, among which it is, or was before it was copied apart.
  std::shared_ptr<const Stood> stood;            // That, unless it was copied apart.

  // Apart. Classes and functions of the script, and what was given, are blank; what was imported is itself.
  std::shared_ptr<const Heap> heap;              // Null: it is not.
  Moved of_run;                                  // From the objects of that generation, which may be gone, to these.

  bool IsThere() const { return heap || stood->stands || stood->objects; }
  // The number that one of its tensors had when the constructor left it.
  uint32_t NumberOf(const TensorObj& tensor) const { return heap || numbers.contains(tensor.node) ? tensor.node : stood->NumberAt(tensor, end); }
};

// The run that stands, and those before it of which models may still be wanted.
class StoodRuns {
 public:
  const std::shared_ptr<Stood>& now() const { return now_; }
  // From now on the tensor has another value.
  void Renumber(TensorObj& tensor, uint32_t number, const Heap& heap);
  // Takes the objects from the heap before the run ends, if they are wanted.
  void Retire(Heap& heap, Definitions definitions);
  // The run's objects are about to go.
  void End();

 private:
  std::shared_ptr<Stood> now_ = std::make_shared<Stood>();
  std::vector<std::weak_ptr<Stood>> retired_;
};

llvm::SmallVector<Object*, 4> GivenObjects(const Args& args);

// Null when the model holds what was there before and was not given, what was written to since, or something that cannot be
// copied.
std::shared_ptr<const KeptModel> CopyApart(const KeptModel& kept, const Definitions& definitions);

struct RemadeModel {
  Value model;
  KeptModel kept;                                // The same, for this run's objects.
  Moved moved;                                   // To these, from those that it was copied apart from.
};

// A copy on `heap`, for equal arguments, in the place `here` of the call that makes it, with numbers from `first_value` on.
// Nothing when it is not as its constructor left it, or a definition is not there.
std::optional<RemadeModel> RemakeModel(const CallSummary& call, const Args& args, Heap& heap, const Definitions& definitions, uint32_t first_value, Place here);

}  // namespace trident::eval
