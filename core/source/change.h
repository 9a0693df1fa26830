// Finds where two versions of a text differ.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace trident::source {

// One stretch of bytes that another has taken the place of: what stands before it is equal in both texts, and what stands
// behind it.
struct Change {
  uint32_t start = 0, old_end = 0, new_end = 0;

  // Modulo 2^32: may be less than nothing.
  uint32_t grown() const { return new_end - old_end; }
};

// The shortest such stretch whose start is as far behind as it can be. Cost: a comparison of both texts.
Change ChangeBetween(llvm::StringRef before, llvm::StringRef after);

}  // namespace trident::source
