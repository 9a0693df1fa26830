// Groups chains of elementwise operators into kernels of their own, and says what an operator is inside one.
//
// A group computes in float32 whatever its tensors hold, element by element. Threads: pure.
#pragma once

#include "core/optimize/program.h"
#include "core/optimize/rewriter.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <string>

namespace trident::optimize {

// How the operands of an operator are written.
struct Spelled {
  llvm::function_ref<std::string(ValueNumber)> tensor;
  llvm::function_ref<std::string(double)> number;
};

// The operator as an expression of triton.language over float32 blocks; nullopt when it has none here.
std::optional<std::string> InKernel(const graph::Node& node, const Spelled& spelled);

// Whether an operand of a kernel has one element for each of the result.
inline bool IsWhole(const shape::TensorType& operand, const shape::TensorType& result) { return operand.shape == result.shape; }

void GroupPointwise(Program& program, Log& log);  // 3

}  // namespace trident::optimize
