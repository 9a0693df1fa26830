// Holds a model that the script's statements constructed, as its constructor left it, so that the next run of the script
// makes a copy of it instead (rerun.cc).
#pragma once

#include "core/eval/object.h"

#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <vector>

namespace trident::eval {

struct CallSummary;
struct Range;

struct KeptModel {
  // Apart from any run. Classes and functions of the script are blank but for their place; what was imported is itself.
  struct Objects {
    Heap heap;
    Value model;
    std::vector<InstanceObj*> made;              // Of classes of the script, in order.
    std::vector<parse::NodeId> needs;            // Classes and functions of the script.
    std::vector<Object*> given;                  // What stands for the objects that its constructor was given (GivenObjects).
    uint32_t first_value = 0;                    // Its tensors are numbered from here on.
  };
  std::shared_ptr<const Objects> objects;
  llvm::DenseMap<const Object*, Object*> of_run;  // From the run's objects, which may be gone, to these.
};

// Classes and functions of the script, by their place in it; null: there are several.
using Definitions = llvm::DenseMap<parse::NodeId, Object*>;

// Arguments that are objects of the run, each once.
llvm::SmallVector<Object*, 4> GivenObjects(const Args& args);

// Null when the model holds what was there before `mark` and was not given, or another value than those of `numbers`, or
// something that cannot be copied.
std::shared_ptr<const KeptModel> KeepModel(const Value& model, const Args& args, uint32_t mark, Range numbers, llvm::ArrayRef<InstanceObj*> made, const Definitions& definitions);

struct RemadeModel {
  Value model;
  std::vector<InstanceObj*> made;
  std::shared_ptr<const KeptModel> kept;         // The same, for this run's objects.
};

// From the objects of an earlier run to those of this one.
using Moved = llvm::DenseMap<const Object*, Object*>;

// Whether all is there that a copy needs.
bool CanRemake(const KeptModel& model, const Args& args, const Definitions& definitions);

// A copy on `heap`, for equal arguments, in the place `here` of the call that makes it, with numbers from `first_value` on. Adds to `moved`.
RemadeModel RemakeModel(const CallSummary& call, const Args& args, Heap& heap, const Definitions& definitions, uint32_t first_value, Place here, Moved& moved);

}  // namespace trident::eval
