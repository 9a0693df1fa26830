#include "core/eval/type_places.h"

#include "llvm/ADT/Hashing.h"

namespace trident::eval {

namespace {

// Fewer are compared one by one.
constexpr size_t kFew = 16;

uint64_t HashOf(const TypeDesc& type) {
  const shape::TensorType& tensor = type.tensor;
  uint64_t hash = llvm::hash_combine(type.kind, tensor.shape.raw(), tensor.strides.raw(), tensor.dtype, type.number.raw());
  for (const TypeDesc& element : type.elements()) hash = llvm::hash_combine(hash, HashOf(element));
  return hash;
}

}  // namespace

size_t TypePlaces::Of(uint32_t number, Binding& binding, const TypeDesc& type) {
  uint32_t count = binding.types.size();
  if (count < kFew) {
    if (std::exchange(binding.indexed, false)) Forget(number);
    return binding.IndexOf(type);
  }
  binding.indexed = true;
  uint32_t& known = known_[number];
  for (uint32_t i = std::min(known, count); i < count; ++i) places_[{number, HashOf(binding.types[i])}] = i;
  // It is about to be added.
  auto [place, added] = places_.try_emplace({number, HashOf(type)}, count);
  known = count + added;
  if (added) return count;
  bool here = place->second < count && binding.types[place->second] == type;
  return here ? place->second : binding.IndexOf(type);
}

void TypePlaces::Clear() {
  places_.clear();
  known_.clear();
}

}  // namespace trident::eval
