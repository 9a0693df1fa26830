// Defines 32-bit typed ids: the only way stored data refers to other stored data.
//
// An id is a value, never a pointer; ids of different tags do not mix. Id{} is "none".
#pragma once

#include "llvm/ADT/DenseMapInfo.h"

#include <cstdint>

namespace trident {

template <typename Tag>
struct Id {
  static constexpr uint32_t kNone = 0xFFFFFFFFu;

  uint32_t index = kNone;

  constexpr Id() = default;
  constexpr explicit Id(uint32_t i) : index(i) {}
  constexpr bool valid() const { return index != kNone; }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace trident

template <typename Tag>
struct llvm::DenseMapInfo<trident::Id<Tag>> {
  using IdType = trident::Id<Tag>;
  static IdType getEmptyKey() { return IdType(0xFFFFFFFEu); }
  static IdType getTombstoneKey() { return IdType(0xFFFFFFFDu); }
  static unsigned getHashValue(IdType id) { return llvm::DenseMapInfo<uint32_t>::getHashValue(id.index); }
  static bool isEqual(IdType a, IdType b) { return a == b; }
};
