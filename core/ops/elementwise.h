// Holds the rules for element-by-element operators that several families' tables name.
//
// Source: torch documentation, "Tensor Attributes" (type promotion) and the page of each operator.
#pragma once

#include "core/ops/rule.h"

namespace trident::ops {

// How the result's dtype follows from the operands'; the `data` of a table row.
enum ElementKind : int {
  kSame,   // theirs, promoted
  kFloat,  // theirs, promoted; floating point for integers and bools
  kToBool,
  kNoBool,       // theirs; bools are refused
  kNoBoolFloat,  // floating point; bools are refused
  kIntegral,     // theirs; floating point and complex are refused
  kReal,         // theirs; complex is refused
  kRealFloat,    // floating point; complex is refused
  kRealToBool,   // bool; complex is refused
  kMagnitude,    // theirs; real for complex
  kAngle,        // floating point, real for complex
  kDouble,       // f64, or c128 for complex
};

// Fails when the operator does not take `dtype`.
bool CheckKind(Bound& call, DType dtype, ElementKind kind, llvm::StringRef blame);
DType ElementResult(DType dtype, ElementKind kind);

Result UnaryRule(Bound& call);   // Of `self`.
Result BinaryRule(Bound& call);  // Of `self` and `other`.

}  // namespace trident::ops
