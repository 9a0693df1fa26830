// Holds what rules over batches of matrices share: [*, rows, columns], square ones, and broadcasting of the batch.
//
// Source: torch.linalg's documentation. Threads: pure.
#pragma once

#include "core/ops/rule.h"

namespace trident::ops {

inline constexpr unsigned kAnyRank = 64;  // torch's own bound on the number of dims.

// Field names of a named tuple.
using Names = llvm::ArrayRef<const char*>;

struct Matrices {
  Dims batch;
  Dim rows, columns;
  DType dtype = DType::Unknown;

  Dim smaller() const { return Min(rows, columns); }
  // [*batch, ...last]
  TensorType Batched(std::initializer_list<Dim> last, DType of) const {
    Dims dims = batch;
    dims.append(last.begin(), last.end());
    return Typed(dims, of);
  }
  TensorType Batched(std::initializer_list<Dim> last) const { return Batched(last, dtype); }
};

// Checks that the parameter is a tensor of at least two dims in floating point. nullopt when its rank is unknown or
// it failed; the dtype of the result is then all that a rule can tell.
std::optional<Matrices> MatricesOf(Bound& call, llvm::StringRef param);
bool CheckSquare(Bound& call, llvm::StringRef param, const Matrices& matrices);
bool CheckFloatingOrComplex(Bound& call, llvm::StringRef param);
bool CheckSameDType(Bound& call, llvm::StringRef left, llvm::StringRef right);
// Whether there may be no elements: some operators return before they look at the sizes then.
bool MayBeEmpty(const Matrices& matrices);
// Broadcasts two batches; nullopt when they clash (kept as the failure).
std::optional<Dims> BroadcastBatch(Bound& call, llvm::ArrayRef<Dim> left, llvm::ArrayRef<Dim> right);

// The real counterpart of a complex dtype, any other dtype itself.
inline DType RealPart(DType dtype) { return shape::IsComplex(dtype) ? shape::RealOf(dtype) : dtype; }
// The complex counterpart of a real floating dtype, a complex dtype itself.
inline DType ComplexPart(DType dtype) { return shape::IsFloating(dtype) ? shape::ComplexOf(dtype) : dtype; }

}  // namespace trident::ops
