#include "core/shape/shape.h"

#include "core/shape/intern_table.h"

#include <algorithm>
#include <cstring>

namespace trident::shape {
namespace {

struct Entry {
  llvm::SmallVector<Dim, 4> dims;
  Fingerprint fingerprint;
  bool constant = false;
};

InternTable<Entry>& Table() {
  static InternTable<Entry>* table = new InternTable<Entry>;  // Never destroyed: Shapes outlive static destruction.
  return *table;
}

}  // namespace

Shape Shape::Of(llvm::ArrayRef<Dim> dims) {
  uint64_t hash = llvm::xxh3_64bits(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(dims.data()), dims.size() * sizeof(Dim)));
  auto make = [&] {
    Entry entry;
    entry.dims.assign(dims.begin(), dims.end());
    entry.fingerprint = Fingerprint{dims.size(), 41};
    for (Dim dim : dims) {
      entry.fingerprint = Combine(entry.fingerprint, dim.fingerprint());
    }
    entry.constant = std::all_of(dims.begin(), dims.end(), [](Dim dim) { return dim.is_constant(); });
    return entry;
  };
  Shape shape;
  shape.index_ = 1 + Table().Intern(hash, [&](const Entry& entry) { return llvm::ArrayRef<Dim>(entry.dims) == dims; }, make);
  return shape;
}

llvm::ArrayRef<Dim> Shape::dims() const { return rank_known() ? llvm::ArrayRef<Dim>(Table().Get(index_ - 1).dims) : llvm::ArrayRef<Dim>(); }
bool Shape::is_constant() const { return rank_known() && Table().Get(index_ - 1).constant; }
Dim Shape::numel() const { return rank_known() ? Product(dims()) : Dim::Unknown(); }
Fingerprint Shape::fingerprint() const { return rank_known() ? Table().Get(index_ - 1).fingerprint : Fingerprint{3, 43}; }

std::string Shape::ToString() const {
  if (!rank_known()) {
    return "[...]";
  }
  std::string text = "[";
  for (Dim dim : dims()) {
    text += (text.size() > 1 ? ", " : "") + dim.ToString();
  }
  return text + "]";
}

Fingerprint TensorType::fingerprint() const {
  uint64_t rest = static_cast<uint64_t>(dtype) | static_cast<uint64_t>(contiguity) << 8 | static_cast<uint64_t>(zero_dim_scalar) << 16;
  Fingerprint own = Combine(shape.fingerprint(), rest);
  return strides.rank_known() ? Combine(own, strides.fingerprint()) : own;
}

std::string TensorType::ToString() const { return ShortName(dtype).str() + shape.ToString(); }

std::optional<llvm::SmallVector<Dim, 6>> StridesOf(const TensorType& type) {
  if (type.strides.rank_known()) {
    return llvm::SmallVector<Dim, 6>(type.strides.dims().begin(), type.strides.dims().end());
  }
  if (type.contiguity != Contiguity::Yes || !type.shape.rank_known()) {
    return std::nullopt;
  }
  llvm::SmallVector<Dim, 6> strides(type.shape.rank());
  Dim stride(1);
  for (size_t i = strides.size(); i-- > 0;) {
    strides[i] = stride;
    stride = stride * type.shape.dims()[i];
  }
  return strides;
}

TensorType WithStrides(TensorType type, llvm::ArrayRef<Dim> strides) {
  type.contiguity = Contiguity::Yes;
  type.strides = Shape();
  Dim expected(1);
  for (size_t i = strides.size(); i-- > 0;) {
    Dim size = type.shape.dims()[i];
    if (size == Dim(0)) {
      type.contiguity = Contiguity::Yes;  // Nothing to lay out.
      return type;
    }
    if (size != Dim(1) && !ProvablyEqual(strides[i], expected)) {
      bool surely = ProvablyDifferent(strides[i], expected) && ProvablyDifferent(size, Dim(1));
      type.contiguity = surely || type.contiguity == Contiguity::No ? Contiguity::No : Contiguity::Unknown;
    }
    expected = expected * size;
  }
  bool known = std::none_of(strides.begin(), strides.end(), [](Dim stride) { return stride.is_unknown(); });
  if (type.contiguity != Contiguity::Yes && known) {
    type.strides = Shape::Of(strides);
  }
  return type;
}

std::optional<Dim> BroadcastDims(Dim a, Dim b) {
  if (a == b || b == Dim(1)) {
    return a;
  }
  if (a == Dim(1)) {
    return b;
  }
  if (ProvablyDifferent(a, b) && ProvablyDifferent(a, Dim(1)) && ProvablyDifferent(b, Dim(1))) {
    return std::nullopt;
  }
  // A constant above 1 (or 0) decides: the other side is it or 1.
  if (a.is_constant()) {
    return a;
  }
  if (b.is_constant()) {
    return b;
  }
  // A named size beside an unknown one stands for itself: the unknown is it, or 1.
  if (a.is_unknown() || b.is_unknown()) {
    return !a.is_unknown() ? a : !b.is_unknown() ? b : Max(a, b);
  }
  // Valid operands differ only where one is 1, so the result is the larger; said when that has a plain form.
  Dim larger = Max(a, b);
  return larger == a || larger == b ? larger : Dim::Unknown();
}

Broadcast BroadcastShapes(Shape a, Shape b) {
  Broadcast result;
  if (!a.rank_known() || !b.rank_known()) {
    return result;
  }
  if (a == b) {
    bool all_known = std::none_of(a.dims().begin(), a.dims().end(), [](Dim dim) { return dim.is_unknown(); });
    if (all_known) {
      result.shape = a;
      return result;
    }
  }
  llvm::ArrayRef<Dim> left = a.dims(), right = b.dims();
  size_t rank = std::max(left.size(), right.size());
  llvm::SmallVector<Dim, 6> dims(rank);
  for (size_t i = 0; i < rank; ++i) {
    Dim x = i < left.size() ? left[left.size() - 1 - i] : Dim(1);
    Dim y = i < right.size() ? right[right.size() - 1 - i] : Dim(1);
    std::optional<Dim> dim = BroadcastDims(x, y);
    if (!dim) {
      result.failed_axis = static_cast<int>(i);
      result.left = x;
      result.right = y;
      return result;
    }
    dims[rank - 1 - i] = *dim;
  }
  result.shape = Shape::Of(dims);
  return result;
}

}  // namespace trident::shape
