// Holds what the rules of loss functions share: the reduction, and size checks between input and target.
//
// Source: the documentation of torch.nn.functional. Threads: pure.
#pragma once

#include "core/ops/rule.h"

namespace trident::ops {

enum class Reduction : uint8_t { Unknown, None, Whole };

// What `reduction`, or the older `size_average` and `reduce`, ask for. Fails for a name that is none of them.
Reduction ReductionOf(Bound& call, bool batch_mean = false);
// A loss of this shape before reduction.
Result ReturnLoss(Bound& call, Shape shape, DType dtype, bool batch_mean = false);

// Both have the same shape, as far as is known.
bool CheckSameShape(Bound& call, llvm::StringRef left, llvm::StringRef right);
// Class indices are i64 (or u8).
bool CheckLongTarget(Bound& call);
// Known class indices lie below `classes`; `ignored` is exempt.
void CheckTargetRange(Bound& call, Dim classes, std::optional<int64_t> ignored = std::nullopt);

#define TRIDENT_LEGACY "bool? size_average=None, bool? reduce=None, str reduction='mean'"

}  // namespace trident::ops
