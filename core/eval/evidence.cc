#include "core/eval/evidence.h"

#include "core/base/symbol.h"

#include "llvm/ADT/bit.h"

namespace trident::eval {

using shape::Dim;

void Evidence::Narrow(uint8_t mask) {
  if (ranks_ & mask) ranks_ &= mask;
}

void Evidence::SetSize(int axis, Dim size, bool required) {
  if (size.is_unknown()) return;
  for (Size& known : sizes_) {
    if (known.axis != axis) continue;
    if (required && !known.required) known = {axis, size, required};
    return;
  }
  sizes_.push_back({axis, size, required});
}

void Evidence::SetDType(shape::DType dtype) {
  if (dtype_ == shape::DType::Unknown) dtype_ = dtype;
}

std::optional<unsigned> Evidence::Rank() const {
  return llvm::has_single_bit(ranks_) ? std::optional<unsigned>(llvm::countr_zero(ranks_)) : std::nullopt;
}

std::optional<unsigned> Evidence::LikelyRank() const {
  unsigned low = llvm::countr_zero(ranks_), high = 7 - llvm::countl_zero(ranks_);
  if (hint_ != 0 && hint_ <= kMaxRank && (ranks_ >> hint_ & 1)) return hint_;
  // expand, repeat and unsqueezed indices bound the rank from above, and use all axes as a rule.
  if (high < kMaxRank) return high;
  if (low <= 1 && sizes_.empty()) return std::nullopt;
  int front = -1, back = 0;
  for (const Size& size : sizes_) {
    front = std::max(front, size.axis);
    back = std::max(back, -size.axis);
  }
  // A layer over the last axis alone is used on sequences of vectors more often than on single ones.
  unsigned usual = low < 3 ? 3 : low;
  return std::max<unsigned>({usual, static_cast<unsigned>(front + 1), static_cast<unsigned>(back)});
}

Fingerprint Evidence::Content() const {
  Fingerprint sum = {ranks_ | static_cast<uint64_t>(hint_) << 8 | static_cast<uint64_t>(spatial_) << 16, static_cast<uint64_t>(dtype_)};
  for (const Size& size : sizes_) sum = Combine(Combine(sum, static_cast<uint64_t>(size.axis) << 1 | size.required), size.size.raw());
  return sum;
}

shape::TensorType Evidence::Type(bool likely, uint32_t scope) const {
  shape::TensorType type;
  type.dtype = dtype_;
  std::optional<unsigned> rank = Rank();
  if (!rank && likely) rank = LikelyRank();
  if (!rank) return type;
  llvm::SmallVector<Dim, 6> dims(*rank, Dim::Unknown());
  static constexpr const char* kSpatial[3][3] = {{"L"}, {"H", "W"}, {"D", "H", "W"}};
  if (*rank > 0) dims[0] = Dim::Named(Intern("N"), scope);
  if (spatial_ && *rank >= 3 && *rank <= 5) {
    for (unsigned i = 2; i < *rank; ++i) dims[i] = Dim::Named(Intern(kSpatial[*rank - 3][i - 2]), scope);
  }
  for (bool required : {false, true}) {
    for (const Size& size : sizes_) {
      int axis = size.axis < 0 ? static_cast<int>(*rank) + size.axis : size.axis;
      if (size.required != required || axis < 0 || axis >= static_cast<int>(*rank)) continue;
      bool only_named = !required && scope != 0 && size.size.is_symbolic();
      dims[axis] = only_named ? Dim::Named(Intern(size.size.ToString()), scope) : size.size;
    }
  }
  type.shape = shape::Shape::Of(dims);
  type.contiguity = shape::Contiguity::Yes;
  return type;
}

}  // namespace trident::eval
