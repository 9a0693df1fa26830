// Finds a type among those of a binding. Loops give a name hundreds of values: each of them is looked for.
#pragma once

#include "core/eval/eval.h"

#include "llvm/ADT/DenseMap.h"

namespace trident::eval {

class TypePlaces {
 public:
  // Where the type stands in the binding of that number, or would be added. Types may have gone since the last call.
  size_t Of(uint32_t number, Binding& binding, const TypeDesc& type);
  // Another binding will have that number.
  void Forget(uint32_t number) { known_.erase(number); }
  // Bindings are numbered otherwise, or were given types.
  void Clear();

 private:
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, uint32_t> places_;  // By the hash of a type; it may stand elsewhere by now.
  llvm::DenseMap<uint32_t, uint32_t> known_;                        // Of a binding: the hashes of the first types are all there.
};

}  // namespace trident::eval
