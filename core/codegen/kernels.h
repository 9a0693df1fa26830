// Writes the kernels of a program: for each a Triton function, the same in PyTorch, and who chooses between them.
//
// The kernel runs where Triton is installed, the tensors are on a GPU, lie in memory as the kernel walks through it, and
// no gradient is wanted; PyTorch's operators run everywhere else. Threads: pure.
#pragma once

#include "core/optimize/program.h"

#include <string>

namespace trident::codegen {

// Empty when there are none.
std::string KernelsOf(const optimize::Program& program);

}  // namespace trident::codegen
