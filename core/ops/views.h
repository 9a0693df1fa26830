// Holds the rules of reshaping that several operators share: element counts, and strides where no copy is made.
#pragma once

#include "core/ops/rule.h"

namespace trident::ops {

// The sizes asked for, with -1 and one unknown size worked out from the number of elements. nullopt when the number of
// dims is unknown. Fails when the elements cannot fill the sizes; records the divisibility that they rely on.
std::optional<Dims> FillSizes(Bound& call, const TensorType& self, llvm::ArrayRef<Dim> sizes, llvm::StringRef blame);

// The strides under which `self`, unmoved, has the sizes `dims`. kImpossible only when surely so.
enum class Restride : uint8_t { Possible, Impossible, Unknown };
Restride RestrideTo(const TensorType& self, llvm::ArrayRef<Dim> dims, Dims& strides);

// The type of a view of `self`: strides where they are known.
TensorType ViewOf(const TensorType& self, llvm::ArrayRef<Dim> dims, const std::optional<Dims>& strides);
TensorType Permuted(const TensorType& self, llvm::ArrayRef<unsigned> order);

}  // namespace trident::ops
