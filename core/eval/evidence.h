// Holds what the uses of an argument say of its type: which ranks are possible, sizes of axes, the dtype.
//
// Filled by Interp::Learn (refine.cc) from operators that are tried with every rank, and by what the text says
// (unpacked shapes, documentation). Threads: pure.
#pragma once

#include "core/base/fingerprint.h"
#include "core/shape/shape.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <utility>

namespace trident::eval {

class Evidence {
 public:
  static constexpr unsigned kMaxRank = 6;

  // Keeps the ranks of `mask` (bit r: rank r); a mask that contradicts what is known is left out.
  void Narrow(uint8_t mask);
  // `axis` counts from the front when >= 0, else from the back. What an operator requires (`required`) replaces a name.
  void SetSize(int axis, shape::Dim size, bool required);
  void SetDType(shape::DType dtype);
  // Whether the last axes are those of images, sequences or volumes: they are then named so where nobody named them.
  void SetSpatial() { spatial_ = true; }

  // A rank that is likely where several are possible; the first one counts.
  void Suggest(unsigned rank) { hint_ = hint_ == 0 ? static_cast<uint8_t>(rank) : hint_; }

  uint8_t ranks() const { return ranks_; }
  // The rank, when only one is possible.
  std::optional<unsigned> Rank() const;
  // The rank that is likely for want of better: the one the uses are closest to. None when they say nothing.
  std::optional<unsigned> LikelyRank() const;
  shape::DType dtype() const { return dtype_; }
  // The type as far as it follows; with `likely`, of the likely rank. Sizes that only have a name get it in `scope`.
  shape::TensorType Type(bool likely, uint32_t scope = 0) const;

  Fingerprint Content() const;

  friend bool operator==(const Evidence&, const Evidence&) = default;

 private:
  struct Size {
    int axis;
    shape::Dim size;
    bool required;
    friend bool operator==(const Size&, const Size&) = default;
  };

  uint8_t ranks_ = (1u << (kMaxRank + 1)) - 1;
  uint8_t hint_ = 0;
  bool spatial_ = false;
  shape::DType dtype_ = shape::DType::Unknown;
  llvm::SmallVector<Size, 4> sizes_;
};

}  // namespace trident::eval
