// Operators that take part of a tensor, or lay windows over it, without copying: narrow, select, diagonal, unfold.
#include "core/ops/views.h"

#include <algorithm>

namespace trident::ops {
namespace {

enum Flavour : int { kView, kCopy };

Result Done(Bound& call, TensorType type) {
  if (call.data() == kCopy) {
    type = Typed(type.shape, type.dtype);
    type.contiguity = Contiguity::Yes;
  }
  return call.ReturnView(type);
}

TensorType Unranked(const TensorType& self) { return Typed(Known(self) ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype); }

bool CheckHasDims(Bound& call, const TensorType& self) {
  if (!Known(self) || Rank(self) > 0) {
    return true;
  }
  call.Fail("tensor-rank", Join(call.name(), "() needs a tensor with dims, its input is 0-d"), "self");
  return false;
}

Result Narrow(Bound& call) {
  TensorType self = call.Tensor("self");
  TensorType start_tensor = call.Tensor("start");
  if (call.Get("start").is_tensor() && Known(start_tensor) && Rank(start_tensor) > 0) {
    return call.Fail("tensor-rank", Join("`start` of ", call.name(), "() must be an int or a 0-d tensor, not ", start_tensor.shape), "start");
  }
  CheckHasDims(call, self);
  std::optional<unsigned> axis = call.Axis("dim", self);
  Dim start = call.Int("start"), length = call.Int("length");
  if (ProvablyLess(length, Dim(0))) {
    return call.Fail("negative-size", Join("`length` of ", call.name(), "() must not be negative, it is ", length), "length");
  }
  if (!axis || call.failed()) {
    return call.ReturnView(Unranked(self));
  }
  Dims dims = Copy(self);
  Dim size = dims[*axis];
  if (start.is_constant() && start.constant() < 0) {
    start = start + size;
  }
  if (ProvablyLess(size, start + length) || ProvablyLess(start, Dim(0)) || ProvablyLess(size, start)) {
    return call.Fail("index-out-of-range", Join(call.name(), "() of ", length, " elements from ", start, " goes beyond dim ", *axis, " of ", self, ", which has size ", size), "length", {size});
  }
  dims[*axis] = length;
  return Done(call, ViewOf(self, dims, StridesOf(self)));
}

Result Select(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckHasDims(call, self);
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis || call.failed()) {
    return call.ReturnView(Typed(Known(self) && Rank(self) > 0 ? Shape::Of(Dims(Rank(self) - 1)) : Shape(), self.dtype));
  }
  Dims dims = Copy(self);
  Dim size = dims[*axis], index = call.Int("index");
  if (!index.is_unknown() && !size.is_unknown() && (index == size || ProvablyLess(size, index) || ProvablyLess(index, Dim(0) - size))) {
    return call.Fail("index-out-of-range", Join("index ", index, " is out of range for dim ", *axis, " of ", self, ", which has size ", size), "index", {size});
  }
  std::optional<Dims> strides = StridesOf(self);
  dims.erase(dims.begin() + *axis);
  if (strides) {
    strides->erase(strides->begin() + *axis);
  }
  return Done(call, ViewOf(self, dims, strides));
}

// How many elements the diagonal at `offset` of a rows x columns matrix has.
Dim DiagonalLength(Dim rows, Dim columns, Dim offset) {
  if (offset.is_unknown()) {
    return offset;
  }
  if (ProvablyLess(offset, Dim(0))) {
    return Max(Min(rows + offset, columns), Dim(0));
  }
  return ProvablyPositive(offset + Dim(1)) ? Max(Min(rows, columns - offset), Dim(0)) : Dim::Unknown();
}

std::optional<Dims> DiagonalDims(Bound& call, const TensorType& self, std::optional<Dims>* strides = nullptr) {
  bool named = call.Given("dim1") || call.Given("dim2") || call.name() != "diag";
  std::optional<unsigned> first = call.Axis("dim1", self), second = call.Axis("dim2", self);
  if (!named || !first || !second) {
    return std::nullopt;
  }
  if (*first == *second) {
    call.Fail("dim-repeated", Join(call.name(), "() needs two different dims, both are ", *first), "dim2");
    return std::nullopt;
  }
  Dims dims = Copy(self);
  Dim length = DiagonalLength(dims[*first], dims[*second], call.Int("offset"));
  std::optional<Dims> old = StridesOf(self);
  unsigned high = std::max(*first, *second), low = std::min(*first, *second);
  if (old && strides) {
    Dim step = (*old)[*first] + (*old)[*second];
    old->erase(old->begin() + high);
    old->erase(old->begin() + low);
    old->push_back(step);
    *strides = old;
  }
  dims.erase(dims.begin() + high);
  dims.erase(dims.begin() + low);
  dims.push_back(length);
  return dims;
}

Result Diagonal(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> strides;
  std::optional<Dims> dims = DiagonalDims(call, self, &strides);
  return dims ? Done(call, ViewOf(self, *dims, strides)) : call.ReturnView(Typed(Known(self) && Rank(self) > 1 ? Shape::Of(Dims(Rank(self) - 1)) : Shape(), self.dtype));
}

Dim Magnitude(Dim offset) { return ProvablyLess(offset, Dim(0)) ? Dim(0) - offset : ProvablyPositive(offset + Dim(1)) ? offset : Dim::Unknown(); }

Result Diag(Bound& call) {
  TensorType self = call.Tensor("self");
  call.CheckRank("self", 1, 2);
  Dim offset = call.Int("diagonal");
  if (!Known(self) || Rank(self) == 0 || Rank(self) > 2) {
    return call.Return(Shape(), self.dtype);
  }
  if (Rank(self) == 1) {
    Dim side = DimsOf(self)[0] + Magnitude(offset);
    return call.Return({side, side}, self.dtype);
  }
  return call.Return({DiagonalLength(DimsOf(self)[0], DimsOf(self)[1], offset)}, self.dtype);
}

Result DiagFlat(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim side = self.shape.numel() + Magnitude(call.Int("offset"));
  return call.Return({side, side}, self.dtype);
}

Result DiagEmbed(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckHasDims(call, self);
  if (!Known(self) || Rank(self) == 0) {
    return call.Return(Shape(), self.dtype);
  }
  std::optional<unsigned> first = call.Axis("dim1", Rank(self) + 1), second = call.Axis("dim2", Rank(self) + 1);
  if (!first || !second) {
    return call.Return(Dims(Rank(self) + 1), self.dtype);
  }
  if (*first == *second) {
    return call.Fail("dim-repeated", Join("diag_embed() needs two different dims, both are ", *first), "dim2");
  }
  Dims dims = Copy(self);
  Dim side = dims.pop_back_val() + Magnitude(call.Int("offset"));
  dims.insert(dims.begin() + std::min(*first, *second), side);
  dims.insert(dims.begin() + std::max(*first, *second), side);
  return call.Return(dims, self.dtype);
}

// The windows of `size` elements, `step` apart, along a dim; the elements of each in a new last dim.
Result Unfold(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dimension", self);
  Dim size = call.Int("size"), step = call.Int("step");
  if (ProvablyLess(step, Dim(1))) {
    return call.Fail("argument-value", Join("`step` of unfold() must be above 0, it is ", step), "step");
  }
  if (ProvablyLess(size, Dim(0))) {
    return call.Fail("negative-size", Join("`size` of unfold() must not be negative, it is ", size), "size");
  }
  if (!axis) {
    return call.ReturnView(Typed(Known(self) ? Shape::Of(Dims(Rank(self) + 1)) : Shape(), self.dtype));
  }
  Dims dims = Copy(self);
  Dim length = dims.empty() ? Dim(1) : dims[*axis];
  if (ProvablyLess(length, size)) {
    return call.Fail("window-size", Join("unfold() takes windows of ", size, " elements along dim ", *axis, " of ", self, ", which has ", length), "size", {length});
  }
  std::optional<Dims> strides = StridesOf(self);
  if (!dims.empty()) {
    dims[*axis] = FloorDiv(length - size, step) + Dim(1);
  }
  if (strides) {
    Dim stride = dims.empty() ? Dim(1) : (*strides)[*axis];
    if (!dims.empty()) {
      (*strides)[*axis] = stride * step;
    }
    strides->push_back(stride);
  }
  dims.push_back(size);
  return Done(call, ViewOf(self, dims, strides));
}

bool CheckStrided(Bound& call, const TensorType& self, llvm::ArrayRef<Dim> sizes, llvm::ArrayRef<Dim> strides) {
  if (sizes.size() != strides.size()) {
    call.Fail("argument-length", Join(call.name(), "() needs a stride for each size, there are ", sizes.size(), " sizes and ", strides.size(), " strides"), "stride");
    return false;
  }
  Dim reach = call.Get("storage_offset").is_none() ? Dim(0) : call.Int("storage_offset");
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == Dim(0)) {
      return true;
    }
    reach = reach + (sizes[i] - Dim(1)) * strides[i];
  }
  // The storage of a contiguous tensor is at least its elements; a view may have more behind it.
  bool owns = self.contiguity == Contiguity::Yes;
  if (owns && ProvablyLess(self.shape.numel(), reach + Dim(1))) {
    call.Fail("view-size", Join(call.name(), "() reaches element ", reach, ", the input has ", self.shape.numel()), "size", {reach});
    return false;
  }
  return true;
}

Result AsStrided(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> sizes = call.Ints("size"), strides = call.Ints("stride");
  if (!sizes || !strides) {
    return call.ReturnView(Typed(Shape(), self.dtype));
  }
  return CheckStrided(call, self, *sizes, *strides) ? Done(call, ViewOf(self, *sizes, strides)) : call.Return(self);
}

// x with part of it replaced: the part's shape must be the source's.
Result Scattered(Bound& call, const TensorType& self, const std::optional<Dims>& part) {
  TensorType source = call.Tensor("src");
  if (part && Known(source)) {
    bool fits = part->size() == Rank(source);
    for (size_t i = 0; fits && i < part->size(); ++i) {
      fits = !ProvablyDifferent((*part)[i], DimsOf(source)[i]);
    }
    if (!fits) {
      return call.Fail("scatter-shape", Join(call.name(), "() replaces a part of shape ", Shape::Of(*part), ", `src` is ", source.shape), "src");
    }
  }
  return call.Return(self.shape, self.dtype);
}

Result SelectScatter(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis || !CheckHasDims(call, self)) {
    return call.Return(self.shape, self.dtype);
  }
  Dims part = Copy(self);
  Dim size = part[*axis], index = call.Int("index");
  if (!index.is_unknown() && (index == size || ProvablyLess(size, index) || ProvablyLess(index, Dim(0) - size))) {
    return call.Fail("index-out-of-range", Join("index ", index, " is out of range for dim ", *axis, " of ", self, ", which has size ", size), "index", {size});
  }
  part.erase(part.begin() + *axis);
  return Scattered(call, self, part);
}

Result SliceScatter(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis || !CheckHasDims(call, self)) {
    return call.Return(self.shape, self.dtype);
  }
  Value slice, index;
  slice.kind = Value::Kind::Slice;
  slice.elements = {call.Get("start"), call.Get("end"), call.Get("step")};
  std::vector<Value> items(*axis);
  for (Value& item : items) {
    item.kind = Value::Kind::Slice;
    item.elements.assign(3, Value::MakeNone());
  }
  items.push_back(std::move(slice));
  Result part = GetItem(Value::MakeTensor(self), Value::MakeTuple(std::move(items)));
  if (part.status == Result::Status::Error) {
    return call.Fail(part.error.slug, part.error.message);
  }
  return Scattered(call, self, Copy(part.value.tensor));
}

Result DiagonalScatter(Bound& call) {
  TensorType self = call.Tensor("self");
  return Scattered(call, self, DiagonalDims(call, self));
}

Result AsStridedScatter(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> sizes = call.Ints("size"), strides = call.Ints("stride");
  if (sizes && strides) {
    CheckStrided(call, self, *sizes, *strides);
  }
  return Scattered(call, self, sizes);
}

Result ViewAsReal(Bound& call) {
  TensorType self = call.Tensor("self");
  if (self.dtype != DType::Unknown && !shape::IsComplex(self.dtype)) {
    return call.Fail("tensor-dtype", Join("view_as_real() needs a complex tensor, its input is ", self), "self");
  }
  Dims dims = Copy(self);
  dims.push_back(Dim(2));
  return call.ReturnView(Typed(Known(self) ? Shape::Of(dims) : Shape(), shape::RealOf(self.dtype)));
}

Result ViewAsComplex(Bound& call) {
  TensorType self = call.Tensor("self");
  bool taken = self.dtype == DType::Unknown || self.dtype == DType::F16 || self.dtype == DType::F32 || self.dtype == DType::F64;
  if (!taken) {
    return call.Fail("tensor-dtype", Join("view_as_complex() needs an f16, f32 or f64 tensor, its input is ", self), "self");
  }
  if (Known(self) && (Rank(self) == 0 || ProvablyDifferent(DimsOf(self).back(), Dim(2)))) {
    return call.Fail("size-mismatch", Join("view_as_complex() needs a last dim of size 2, its input is ", self), "self");
  }
  return call.ReturnView(Typed(Known(self) ? Shape::Of(DimsOf(self).drop_back()) : Shape(), shape::ComplexOf(self.dtype)));
}

constexpr Op kOps[] = {
    {"fm", "narrow", "Tensor self, int dim, any start, int length", Narrow, kView},
    {"fm", "narrow_copy", "Tensor self, int dim, any start, int length", Narrow, kCopy},
    {"fm", "select", "Tensor self, int dim, int index", Select, kView},
    {"f", "select_copy", "Tensor self, int dim, int index", Select, kCopy},
    {"fm", "diagonal", "Tensor self, int offset=0, int dim1=0, int dim2=1", Diagonal, kView},
    {"l", "diagonal", "Tensor self, *, int offset=0, int dim1=-2, int dim2=-1", Diagonal, kView},
    {"f", "diagonal_copy", "Tensor self, int offset=0, int dim1=0, int dim2=1", Diagonal, kCopy},
    {"fmo", "diag", "Tensor self, int diagonal=0", Diag},
    {"fm", "diagflat", "Tensor self, int offset=0", DiagFlat},
    {"fm", "diag_embed", "Tensor self, int offset=0, int dim1=-2, int dim2=-1", DiagEmbed},
    {"m", "unfold", "Tensor self, int dimension, int size, int step", Unfold, kView},
    {"f", "unfold_copy", "Tensor self, int dimension, int size, int step", Unfold, kCopy},
    {"fmi", "as_strided", "Tensor self, int[] size, int[] stride, int? storage_offset=None", AsStrided, kView},
    {"f", "as_strided_copy", "Tensor self, int[] size, int[] stride, int? storage_offset=None", AsStrided, kCopy},
    {"fm", "select_scatter", "Tensor self, Tensor src, int dim, int index", SelectScatter},
    {"fm", "slice_scatter", "Tensor self, Tensor src, int dim=0, int? start=None, int? end=None, int step=1", SliceScatter},
    {"fm", "diagonal_scatter", "Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1", DiagonalScatter},
    {"fm", "as_strided_scatter", "Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None", AsStridedScatter},
    {"f", "view_as_real", "Tensor self", ViewAsReal},
    {"f", "view_as_complex", "Tensor self", ViewAsComplex},
};

}  // namespace

llvm::ArrayRef<Op> SlicesOps() { return kOps; }

}  // namespace trident::ops
