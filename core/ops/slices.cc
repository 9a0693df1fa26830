// Operators that take part of a tensor, or lay windows over it, without copying: narrow, select, unfold, as_strided.
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
    return call.Fail(
        "index-out-of-range",
        Join(call.name(), "() of ", length, " elements from ", start, " goes beyond dim ", *axis, " of ", self, ", which has size ", size), "length",
        {size});
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
    return call.Fail("index-out-of-range", Join("index ", index, " is out of range for dim ", *axis, " of ", self, ", which has size ", size),
                     "index", {size});
  }
  std::optional<Dims> strides = StridesOf(self);
  dims.erase(dims.begin() + *axis);
  if (strides) {
    strides->erase(strides->begin() + *axis);
  }
  return Done(call, ViewOf(self, dims, strides));
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
    return call.Fail("window-size", Join("unfold() takes windows of ", size, " elements along dim ", *axis, " of ", self, ", which has ", length),
                     "size", {length});
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
    call.Fail("argument-length",
              Join(call.name(), "() needs a stride for each size, there are ", sizes.size(), " sizes and ", strides.size(), " strides"), "stride");
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
    return call.Fail("index-out-of-range", Join("index ", index, " is out of range for dim ", *axis, " of ", self, ", which has size ", size),
                     "index", {size});
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

Result AsStridedScatter(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> sizes = call.Ints("size"), strides = call.Ints("stride");
  if (sizes && strides) {
    CheckStrided(call, self, *sizes, *strides);
  }
  return Scattered(call, self, sizes);
}

constexpr Op kOps[] = {
    {"fm", "narrow", "Tensor self, int dim, any start, int length", Narrow, kView},
    {"fm", "narrow_copy", "Tensor self, int dim, any start, int length", Narrow, kCopy},
    {"fm", "select", "Tensor self, int dim, int index", Select, kView},
    {"f", "select_copy", "Tensor self, int dim, int index", Select, kCopy},
    {"m", "unfold", "Tensor self, int dimension, int size, int step", Unfold, kView},
    {"f", "unfold_copy", "Tensor self, int dimension, int size, int step", Unfold, kCopy},
    {"fmij", "as_strided", "Tensor self, int[] size, int[] stride, int? storage_offset=None", AsStrided, kView},
    {"f", "as_strided_copy", "Tensor self, int[] size, int[] stride, int? storage_offset=None", AsStrided, kCopy},
    {"fm", "select_scatter", "Tensor self, Tensor src, int dim, int index", SelectScatter},
    {"fm", "slice_scatter", "Tensor self, Tensor src, int dim=0, int? start=None, int? end=None, int step=1", SliceScatter},
    {"fm", "as_strided_scatter", "Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None", AsStridedScatter},
};

}  // namespace

llvm::ArrayRef<Op> SlicesOps() { return kOps; }

}  // namespace trident::ops
