// Works out the elements of small integer and bool tensors, for results that read sizes, lengths and masks from them.
//
// Everything here gives an empty list when an operand's elements or a size is not known, or there are too many.
#pragma once

#include "core/ops/rule.h"

namespace trident::ops {

// Of an element-by-element operator by its name ("add", "ge", "maximum"); an in-place name is taken as its plain one.
std::vector<int64_t> FoldBinary(llvm::StringRef name, const Value& left, const Value& right, const TensorType& result);
std::vector<int64_t> FoldUnary(llvm::StringRef name, const Value& operand, const TensorType& result);
// Of "sum", "prod", "max", "min", "amax", "amin", "any" or "all" over `axes`.
std::vector<int64_t> FoldReduction(llvm::StringRef name, const Value& operand, llvm::ArrayRef<unsigned> axes, const TensorType& result);
// The operand's elements repeated to the larger shape of the result.
std::vector<int64_t> FoldExpansion(const Value& operand, const TensorType& result);

// Fails when integers are surely divided by a 0 among the divisor's elements: torch raises ZeroDivisionError.
bool CheckDivisor(Bound& call, const TensorType& result, llvm::StringRef divisor);

}  // namespace trident::ops
