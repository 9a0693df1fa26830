// Turns what a kernel loads and multiplies into the shared memory that a program of it needs on a GPU.
//
// A lower bound by the rules of how Triton 3.6 places operands of products: exact for plain matrix products, blind to
// conversions of layouts. Threads: pure.
#pragma once

#include "core/kernel/type.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace trident::kernel {

// A block that is loaded and fed to tl.dot.
struct Operand {
  int64_t bytes = 0;
  bool in_loop = false;     // Loaded again in each iteration of the loop with the product.
  bool descriptor = false;  // Through a tensor descriptor.
};

struct Product {
  Scalar scalar = Scalar::Unknown;
  int64_t rows = 0, columns = 0;  // Of the result.
  bool in_loop = false;
};

struct Workload {
  std::vector<Operand> operands;
  std::vector<Product> products;
  int64_t stored_bytes = 0;   // Of one element, where a block as large as a product is stored.
  bool reduces_rows = false;  // A 1-d block is reduced to a scalar.
};

struct Target {
  const char* name;      // "cuda:90"
  const char* title;     // "H100"
  int64_t shared_bytes;  // Of one program.
};
llvm::ArrayRef<Target> Targets();

// nullopt for an unknown target.
std::optional<int64_t> SharedBytes(const Workload& workload, llvm::StringRef target, int64_t warps, int64_t stages);

}  // namespace trident::kernel
