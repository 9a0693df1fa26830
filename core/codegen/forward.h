// Writes one method: the statements of a call, with as few variable names as are needed at a time.
//
// A name is used again as soon as its value is not needed any more, as a person would write `x = self.conv(x)`; memory
// is then freed as early as in the original. Threads: pure.
#pragma once

#include "core/codegen/calls.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace trident::codegen {

struct MethodContext {
  const CallTree& tree;
  const graph::Entry* entry = nullptr;                       // Set for the entry's own method.
  llvm::function_ref<std::string(ValueNumber)> held;         // "self.conv.weight" of a value that is no variable; empty if none.
  llvm::function_ref<std::string(const Call&)> callee;       // "self.layer1[0]"
};

// The text of `def name(self, …): …`, indented by four; nullopt with a reason when a size cannot be written.
std::optional<std::string> WriteMethod(const Call& call, llvm::StringRef name, const MethodContext& context, std::string& reason);

// A function of its own: the statements of a list of nodes that compute `result` from `parameters`.
std::string WriteFunction(llvm::ArrayRef<const graph::Node*> nodes, llvm::ArrayRef<ValueNumber> parameters, ValueNumber result, llvm::StringRef name);

// What the `index`-th parameter of such a function is called.
std::string ParameterName(size_t index);

}  // namespace trident::codegen
