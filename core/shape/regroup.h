// Tells whether the sizes of a reshape say that axes were meant to be moved, which a reshape does not do.
#pragma once

#include "core/shape/dim.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace trident::shape {

// `order` are axes of the longer of the two shapes: with its axes in that order, merging neighbours gives the shorter one.
struct MissedOrder {
  llvm::SmallVector<unsigned, 6> order;
  bool splits = false;     // The result is the longer one.
  bool ambiguous = false;  // The numbers can also be read in order: 16 of [8, 16, 64] -> [16, 512] as 8 * 2.
};

// [B, H, T, D] -> [B, T, H * D]. Nothing where some reading of the sizes keeps the order, where they only swap places (which
// code that shifts rows does on purpose), or where one of them is unknown. Threads: pure. Cost: exponential in the axes
// between the equal ones at both ends; more than 6 of those give nothing.
std::optional<MissedOrder> MissedOrderOf(llvm::ArrayRef<Dim> from, llvm::ArrayRef<Dim> to);

}  // namespace trident::shape
