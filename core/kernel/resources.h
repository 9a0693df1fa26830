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
  bool aligned = false;     // A descriptor whose strides 16 divides, as far as the compiler is told.
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
  bool opaque = false;        // Something of unknown shape or type is reduced or stored.
  int64_t scratch = 0;        // What warps hand each other: in reductions, scans, stores of another order than the loads.
  int64_t live_bytes = 0;     // Of the numbers that are held at the widest point.
};

// How the elements of a block are spread over threads, and threads over a program, the fastest dim first.
struct Spread {
  unsigned fastest = 0;
  int64_t elements = 1;  // Of a thread, next to each other.
};
// Bytes that warps hand each other to reduce a block along an axis; of a scan, the sums of each warp.
int64_t ReductionBytes(llvm::ArrayRef<int64_t> sizes, unsigned axis, Spread spread, int64_t warps, int64_t element_bytes);
int64_t ScanBytes(llvm::ArrayRef<int64_t> sizes, unsigned axis, Spread spread, int64_t warps, int64_t element_bytes);

struct Target {
  const char* name;      // "cuda:90"
  const char* title;     // "H100"
  int64_t shared_bytes;  // Of one program.
};
llvm::ArrayRef<Target> Targets();

// nullopt for an unknown target.
std::optional<int64_t> SharedBytes(const Workload& workload, llvm::StringRef target, int64_t warps, int64_t stages);
// Of a thread on an NVIDIA GPU, about: fitted to what the compiler gave for a hundred kernels; 0 when nothing is known.
int64_t Registers(const Workload& workload, llvm::StringRef target, int64_t warps);

}  // namespace trident::kernel
