// Holds the type of a tensor: element type, sizes, and what is known of its memory layout.
//
// Shape is a 32-bit id of an interned list of Dims, so copying and comparing cost nothing. TensorType is 12 bytes.
// Threads: any. Lifetime: process (shapes are few and shared).
#pragma once

#include "core/base/fingerprint.h"
#include "core/shape/dim.h"
#include "core/shape/dtype.h"

#include "llvm/ADT/ArrayRef.h"

#include <initializer_list>
#include <optional>
#include <string>

namespace trident::shape {

class Shape {
 public:
  constexpr Shape() = default;  // Unknown rank.
  static Shape Of(llvm::ArrayRef<Dim> dims);
  static Shape Of(std::initializer_list<Dim> dims) { return Of(llvm::ArrayRef<Dim>(dims.begin(), dims.end())); }
  static Shape Scalar() { return Of(llvm::ArrayRef<Dim>()); }

  bool rank_known() const { return index_ != 0; }
  llvm::ArrayRef<Dim> dims() const;  // Empty when the rank is unknown. Valid for the process.
  unsigned rank() const { return dims().size(); }
  bool is_constant() const;  // Rank and every size known.
  Dim numel() const;         // Unknown when the rank is.

  friend bool operator==(Shape, Shape) = default;
  uint32_t raw() const { return index_; }
  Fingerprint fingerprint() const;
  std::string ToString() const;  // "[2, 64, H, ?]" or "[...]" for an unknown rank.

 private:
  uint32_t index_ = 0;
};

// Whether the elements lie in row-major order without gaps.
enum class Contiguity : uint8_t { Unknown, Yes, No };

struct TensorType {
  Shape shape;
  Shape strides;  // In elements, where the layout is not contiguous and known; else of unknown rank.
  DType dtype = DType::Unknown;
  Contiguity contiguity = Contiguity::Unknown;
  bool zero_dim_scalar = false;  // A 0-d tensor made from a Python number ("wrapped number" in torch): promotes weakly.

  bool is_exact() const { return dtype != DType::Unknown && shape.is_constant(); }
  friend bool operator==(const TensorType&, const TensorType&) = default;
  Fingerprint fingerprint() const;
  std::string ToString() const;  // "f32[2, 64, H, W]"
};
static_assert(sizeof(TensorType) == 12);

// The strides of the type's elements, row-major ones when it is contiguous; nullopt when the layout is unknown.
std::optional<llvm::SmallVector<Dim, 6>> StridesOf(const TensorType& type);
// The type with these strides: contiguous when they are row-major, apart from sizes of 1.
TensorType WithStrides(TensorType type, llvm::ArrayRef<Dim> strides);

// --- rules over shapes that many operators share ---

// NumPy/torch broadcasting of two shapes. Result rank unknown when either is. `failed_axis` (from the right, 0-based)
// is set when two sizes are provably different and neither is 1.
struct Broadcast {
  Shape shape;
  int failed_axis = -1;
  Dim left, right;  // The two sizes that clash.
};
Broadcast BroadcastShapes(Shape a, Shape b);
// One axis of it; nullopt when the sizes clash. Unknown beside a constant other than 1 is that constant.
std::optional<Dim> BroadcastDims(Dim a, Dim b);

}  // namespace trident::shape
