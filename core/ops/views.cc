// Operators that give the same elements another shape: view, reshape, permute, expand, squeeze and their kin.
#include "core/ops/views.h"

#include "core/ops/contents.h"

#include <algorithm>
#include <numeric>

namespace trident::ops {

std::optional<Dims> FillSizes(Bound& call, const TensorType& self, llvm::ArrayRef<Dim> sizes, llvm::StringRef blame) {
  Dims dims(sizes.begin(), sizes.end());
  int hole = -1, unknown = 0;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == Dim(-1)) {
      if (hole >= 0) {
        call.Fail("view-size", Join(call.name(), "() can work out one size only, several are -1"), blame);
        return dims;
      }
      hole = static_cast<int>(i);
    } else if (ProvablyLess(dims[i], Dim(0))) {
      call.Fail("negative-size", Join(call.name(), "() is given the negative size ", dims[i]), blame, {dims[i]});
      return dims;
    }
    unknown += dims[i].is_unknown();
  }
  Dim count = self.shape.numel();
  if (hole < 0 && unknown == 1) {  // The one size that is not known must be what is left.
    hole = static_cast<int>(std::find_if(dims.begin(), dims.end(), [](Dim dim) { return dim.is_unknown(); }) - dims.begin());
    unknown = 0;
  }
  Dim rest(1);
  for (size_t i = 0; i < dims.size(); ++i) {
    rest = static_cast<int>(i) == hole ? rest : rest * dims[i];
  }
  auto describe = [&] { return Join(call.name(), "() of ", self, ", which has ", count, " elements, as ", Shape::Of(sizes)); };
  llvm::SmallVector<std::pair<Dim, Dim>, 2> divides;
  if (hole >= 0) {
    Dim leftover = Mod(count, rest);
    bool never = leftover.is_constant() && leftover != Dim(0) && count.is_constant();
    if (never || (rest == Dim(0) && sizes[hole] == Dim(-1) && (!count.is_unknown()))) {
      call.Fail("view-size", Join(describe(), ": ", rest, " does not divide ", count), blame, {count, rest});
      return dims;
    }
    dims[hole] = FloorDivExact(count, rest);
    if (!leftover.is_unknown() && leftover != Dim(0)) {
      Dim whole = Reassemble(count, divides), part = Reassemble(rest, divides);
      if (Mod(whole, part) != Dim(0)) {
        call.Assume({Assumption::Kind::Divides, part, whole});
      } else {
        dims[hole] = FloorDiv(whole, part);
      }
    }
  } else if (!rest.is_unknown() && !count.is_unknown() && rest != count) {
    if (ProvablyDifferent(rest, count)) {
      call.Fail("view-size", Join(describe(), ", which would have ", rest), blame, {count, rest});
      return dims;
    }
    Dim whole = Reassemble(count, divides), part = Reassemble(rest, divides);
    if (whole != part) {
      call.Assume({Assumption::Kind::Equals, part, whole});
    }
  }
  for (auto [divisor, dividend] : divides) {
    call.Assume({Assumption::Kind::Divides, divisor, dividend});
  }
  return dims;
}

Restride RestrideTo(const TensorType& self, llvm::ArrayRef<Dim> dims, Dims& strides) {
  std::optional<Dims> old = StridesOf(self);
  strides.assign(dims.size(), Dim(1));
  if (!old) {
    return Restride::Unknown;
  }
  llvm::ArrayRef<Dim> sizes = DimsOf(self);
  if (self.shape.numel() == Dim(0) || sizes.empty()) {
    return Restride::Possible;
  }
  // Walks runs of old dims that lie in memory as one, and fills each with new dims, from the right.
  int place = static_cast<int>(dims.size()) - 1;
  Dim base = old->back(), run(1), filled(1);
  for (int axis = static_cast<int>(sizes.size()) - 1; axis >= 0; --axis) {
    run = run * sizes[axis];
    if (axis > 0) {
      bool joined = sizes[axis - 1] == Dim(1) || ProvablyEqual((*old)[axis - 1], run * base);
      if (joined) {
        continue;
      }
      if (!ProvablyDifferent(sizes[axis - 1], Dim(1)) || !ProvablyDifferent((*old)[axis - 1], run * base)) {
        return Restride::Unknown;
      }
    }
    while (place >= 0 && !ProvablyEqual(filled, run)) {
      if (ProvablyLess(run, filled)) {
        return Restride::Impossible;
      }
      if (!ProvablyLess(filled, run)) {
        return Restride::Unknown;
      }
      strides[place] = filled * base;
      filled = filled * dims[place--];
    }
    for (; place >= 0 && dims[place] == Dim(1); --place) {
      strides[place] = filled * base;
    }
    if (!ProvablyEqual(filled, run)) {
      return ProvablyDifferent(filled, run) ? Restride::Impossible : Restride::Unknown;
    }
    if (axis > 0) {
      base = (*old)[axis - 1];
      run = filled = Dim(1);
    }
  }
  return place < 0 ? Restride::Possible : Restride::Unknown;
}

TensorType ViewOf(const TensorType& self, llvm::ArrayRef<Dim> dims, const std::optional<Dims>& strides) {
  TensorType type = Typed(dims, self.dtype);
  return strides ? WithStrides(type, *strides) : type;
}

TensorType Permuted(const TensorType& self, llvm::ArrayRef<unsigned> order) {
  std::optional<Dims> old = StridesOf(self), strides;
  Dims dims;
  if (old) {
    strides.emplace();
  }
  for (unsigned axis : order) {
    dims.push_back(DimsOf(self)[axis]);
    if (old) {
      strides->push_back((*old)[axis]);
    }
  }
  return ViewOf(self, dims, strides);
}

namespace {

using Kind = Value::Kind;

enum Flavour : int { kView, kCopy };  // The *_copy forms own their elements, in order.

Result Done(Bound& call, TensorType type) {
  if (call.data() == kCopy) {
    type = Typed(type.shape, type.dtype);
    type.contiguity = Contiguity::Yes;
  }
  return call.ReturnView(type);
}

// The same, of elements that stay in their order.
Result InOrder(Bound& call, const TensorType& type) {
  Result result = Done(call, type);
  result.value.contents = call.Get("self").contents;
  return result;
}

Result Reinterpret(Bound& call) {  // x.view(dtype)
  TensorType self = call.Tensor("self");
  DType dtype = call.GetDType("dtype", DType::Unknown);
  unsigned from = shape::ItemSize(self.dtype), to = shape::ItemSize(dtype);
  if (!Known(self) || from == 0 || to == 0) {
    return call.ReturnView(Typed(Shape(), dtype));
  }
  Dims dims = Copy(self);
  if (from == to) {
    return call.ReturnView(With(self, dtype));
  }
  if (dims.empty()) {
    return call.Fail("tensor-rank", Join("a 0-d ", self.dtype, " tensor cannot be viewed as ", dtype, ", which has another size"), "dtype");
  }
  Dim bytes = dims.back() * Dim(from);
  if (ProvablyDifferent(Mod(bytes, Dim(to)), Dim(0))) {
    return call.Fail("view-size", Join("view() of ", self, " as ", dtype, ": its last dim holds ", bytes, " bytes, which ", to, " does not divide"),
                     "dtype", {dims.back()});
  }
  dims.back() = FloorDiv(bytes, Dim(to));
  return call.ReturnView(Typed(dims, dtype));
}

// view, reshape, flatten and unflatten end here: `copies` when a copy is made where a view cannot be.
Result Reshaped(Bound& call, const TensorType& self, llvm::ArrayRef<Dim> dims, bool copies) {
  TensorType type = Typed(dims, self.dtype);
  if (self.contiguity == Contiguity::Yes) {
    type.contiguity = Contiguity::Yes;
    return InOrder(call, type);
  }
  Dims strides;
  switch (RestrideTo(self, dims, strides)) {
    case Restride::Possible: return InOrder(call, WithStrides(type, strides));
    case Restride::Impossible:
      if (!copies) {
        return call.Fail("view-layout",
                         Join(call.name(), "() of ", self, " as ", type.shape,
                              " cannot be done without a copy, because its elements are not in order; use reshape(), or contiguous() first"));
      }
      type.contiguity = Contiguity::Yes;
      break;
    case Restride::Unknown: break;
  }
  return InOrder(call, type);
}

Result ReshapeRule(Bound& call, llvm::StringRef param, bool copies) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> sizes = call.Ints(param);
  if (!sizes) {
    return call.ReturnView(Typed(Shape(), self.dtype));
  }
  std::optional<Dims> dims = FillSizes(call, self, *sizes, param);
  return dims ? Reshaped(call, self, *dims, copies) : call.ReturnView(Typed(Shape(), self.dtype));
}

Result View(Bound& call) { return call.overload() == 0 ? Reinterpret(call) : ReshapeRule(call, "size", false); }
Result Reshape(Bound& call) { return ReshapeRule(call, "shape", true); }

Result ReshapeAs(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  if (!Known(other)) {
    return call.ReturnView(Typed(Shape(), self.dtype));
  }
  std::optional<Dims> dims = FillSizes(call, self, DimsOf(other), "other");
  return Reshaped(call, self, *dims, call.name() == "reshape_as");
}

Result Flatten(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> start = call.Axis("start_dim", self), end = call.Axis("end_dim", self);
  if (!start || !end) {
    bool all = call.Constant("start_dim") == 0 && call.Constant("end_dim") == -1;
    return call.ReturnView(all ? Typed({Dim::Unknown()}, self.dtype) : Typed(Shape(), self.dtype));
  }
  if (*start > *end) {
    return call.Fail("argument-value", Join("flatten() from dim ", *start, " to dim ", *end, " of ", self, ": the first must not be after the last"),
                     "start_dim");
  }
  if (Rank(self) == 0) {
    return call.ReturnView(Typed({Dim(1)}, self.dtype));
  }
  Dims dims(DimsOf(self).begin(), DimsOf(self).begin() + *start);
  dims.push_back(Product(DimsOf(self).slice(*start, *end - *start + 1)));
  dims.append(DimsOf(self).begin() + *end + 1, DimsOf(self).end());
  return Reshaped(call, self, dims, true);
}

Result Ravel(Bound& call) {
  TensorType self = call.Tensor("self");
  return Known(self) ? Reshaped(call, self, {self.shape.numel()}, true) : call.ReturnView(Typed({Dim::Unknown()}, self.dtype));
}

Result Unflatten(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  std::optional<Dims> sizes = call.Ints("sizes");
  if (Known(self) && Rank(self) == 0) {
    return call.Fail("tensor-rank", "unflatten() needs a tensor with dims, its input is 0-d", "self");
  }
  if (!axis || !sizes) {
    return call.ReturnView(Typed(Shape(), self.dtype));
  }
  if (sizes->empty()) {
    return call.Fail("argument-length", "`sizes` of unflatten() must not be empty", "sizes");
  }
  TensorType part = Typed({DimsOf(self)[*axis]}, self.dtype);
  std::optional<Dims> filled = FillSizes(call, part, *sizes, "sizes");
  Dims dims = Copy(self);
  dims.erase(dims.begin() + *axis);
  dims.insert(dims.begin() + *axis, filled->begin(), filled->end());
  return Reshaped(call, self, dims, false);
}

// Every dim once, in a new order.
Result Permute(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> given = call.Ints("dims");
  if (!Known(self) || !given) {
    Shape shape = given ? Shape::Of(Dims(given->size())) : Known(self) ? Shape::Of(Dims(Rank(self))) : Shape();
    return call.ReturnView(Typed(shape, self.dtype));
  }
  if (given->size() != Rank(self)) {
    return call.Fail("permute-dims", Join("permute() of ", self, " must name its ", Rank(self), " dims, ", given->size(), " are given"), "dims");
  }
  if (given->empty()) {
    return Done(call, self);
  }
  std::optional<Axes> order = call.AxesOf("dims", self);
  return order ? Done(call, Permuted(self, *order)) : call.ReturnView(Typed(Dims(Rank(self)), self.dtype));
}

Axes Identity(const TensorType& self) {
  Axes order(Rank(self));
  std::iota(order.begin(), order.end(), 0u);
  return order;
}

Result Transpose(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> first = call.Axis("dim0", self), second = call.Axis("dim1", self);
  if (!first || !second) {
    return call.ReturnView(Typed(Known(self) ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype));
  }
  if (Rank(self) == 0) {
    return Done(call, self);
  }
  Axes order = Identity(self);
  std::swap(order[*first], order[*second]);
  return Done(call, Permuted(self, order));
}

// t(), .T, .mT, .H: the last two dims or all of them.
enum Matrix : int { kUpToTwo = kCopy + 1, kAll, kLastTwo, kExactlyTwo };

Result MatrixTranspose(Bound& call) {
  TensorType self = call.Tensor("self");
  int kind = call.data();
  if (kind <= kUpToTwo) {
    call.CheckRank("self", 0, 2);
  } else if (kind == kLastTwo) {
    call.CheckRank("self", 2, 64);
  } else if (kind == kExactlyTwo && Known(self) && Rank(self) != 2 && Rank(self) != 0) {
    call.CheckRank("self", 2, 2);
  }
  if (!Known(self) || Rank(self) < 2) {
    return Done(call, self);
  }
  Axes order = Identity(self);
  if (kind == kAll) {
    std::reverse(order.begin(), order.end());
  } else {
    std::swap(order[order.size() - 1], order[order.size() - 2]);
  }
  return Done(call, Permuted(self, order));
}

Result MoveDim(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Axes> from = call.AxesOf("source", self), to = call.AxesOf("destination", self);
  if (!from || !to) {
    return call.ReturnView(Typed(Known(self) ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype));
  }
  if (from->size() != to->size()) {
    return call.Fail("argument-length", Join("movedim() needs as many sources as destinations, ", from->size(), " and ", to->size(), " are given"),
                     "destination");
  }
  if (Rank(self) == 0) {
    return Done(call, self);
  }
  constexpr unsigned kFree = ~0u;
  Axes order(Rank(self), kFree);
  std::vector<bool> moved(Rank(self));
  for (size_t i = 0; i < from->size(); ++i) {
    order[(*to)[i]] = (*from)[i];
    moved[(*from)[i]] = true;
  }
  unsigned next = 0;
  for (unsigned& place : order) {
    while (next < Rank(self) && moved[next]) {
      ++next;
    }
    if (place == kFree) {
      place = next++;
    }
  }
  return Done(call, Permuted(self, order));
}

// The sizes of `self` expanded to `sizes`, where -1 keeps one.
Result ExpandTo(Bound& call, const TensorType& self, llvm::ArrayRef<Dim> sizes, llvm::StringRef blame) {
  if (!Known(self)) {
    Dims dims(sizes.begin(), sizes.end());
    std::replace(dims.begin(), dims.end(), Dim(-1), Dim::Unknown());
    return call.ReturnView(Typed(dims, self.dtype));
  }
  if (sizes.size() < Rank(self)) {
    return call.Fail("expand-sizes", Join(call.name(), "() of ", self, " needs at least ", Rank(self), " sizes, ", sizes.size(), " are given"),
                     blame);
  }
  std::optional<Dims> old = StridesOf(self), strides;
  if (old) {
    strides.emplace();
  }
  Dims dims;
  size_t fresh = sizes.size() - Rank(self);
  for (size_t i = 0; i < sizes.size(); ++i) {
    Dim size = sizes[i], own = i < fresh ? Dim(1) : DimsOf(self)[i - fresh];
    if (size == Dim(-1) && i < fresh) {
      return call.Fail("expand-sizes", Join(call.name(), "() is given -1 for dim ", i, ", which is new and has no size to keep"), blame);
    }
    if (size != Dim(-1) && ProvablyDifferent(own, Dim(1)) && ProvablyDifferent(own, size)) {
      return call.Fail("expand-sizes",
                       Join(call.name(), "() of ", self, " to ", Shape::Of(sizes), ": size ", own, " of dim ", i - fresh, " is neither 1 nor ", size),
                       blame, {own, size});
    }
    bool kept = size == Dim(-1) || own == size || (own.is_constant() && own != Dim(1));
    dims.push_back(kept ? own : size);
    if (old) {
      bool same = i >= fresh && kept;
      strides->push_back(same ? (*old)[i - fresh] : own == Dim(1) ? Dim(0) : Dim::Unknown());
    }
  }
  Result result = Done(call, ViewOf(self, dims, strides));
  result.value.contents = FoldExpansion(call.Get("self"), result.value.tensor);
  return result;
}

Result Expand(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> sizes = call.Ints("size");
  return sizes ? ExpandTo(call, self, *sizes, "size") : call.ReturnView(Typed(Shape(), self.dtype));
}

Result ExpandAs(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  return Known(other) ? ExpandTo(call, self, DimsOf(other), "other") : call.ReturnView(Typed(Shape(), self.dtype));
}

Result BroadcastTensors(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = call.Tensors("tensors");
  if (!tensors) {
    return call.GiveUp("the number of tensors is unknown");
  }
  Shape shape = call.Broadcast(*tensors);
  for (TensorType& type : *tensors) {
    type = type.shape == shape ? type : Typed(shape, type.dtype);
  }
  return call.Return(*tensors);
}

Result Squeeze(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Axes> axes = call.AxesOf("dim", self);
  const Value& dim = call.Get("dim");
  if (!axes) {
    return call.ReturnView(Typed(Shape(), self.dtype));
  }
  bool none = (dim.kind == Kind::Tuple || dim.kind == Kind::List) && dim.elements.empty();
  std::optional<Dims> old = StridesOf(self), strides;
  if (old) {
    strides.emplace();
  }
  Dims dims;
  for (unsigned i = 0; i < Rank(self); ++i) {
    Dim size = DimsOf(self)[i];
    bool named = !none && std::find(axes->begin(), axes->end(), i) != axes->end();
    if (named && size == Dim(1)) {
      continue;
    }
    bool one_by_design = dim.kind != Value::Kind::None && !size.is_constant();
    if (named && (size.is_unknown() || (one_by_design && !ProvablyDifferent(size, Dim(1))))) {
      return call.ReturnView(Typed(Shape(), self.dtype));
    }
    if (named && !ProvablyDifferent(size, Dim(1))) {
      call.Assume({Assumption::Kind::Differs, size, Dim(1)});
    }
    dims.push_back(size);
    if (old) {
      strides->push_back((*old)[i]);
    }
  }
  return InOrder(call, ViewOf(self, dims, strides));
}

Result Unsqueeze(Bound& call) {
  TensorType self = call.Tensor("self");
  if (!Known(self)) {
    return call.ReturnView(Typed(Shape(), self.dtype));
  }
  std::optional<unsigned> axis = call.Axis("dim", Rank(self) + 1);
  if (!axis) {
    return call.ReturnView(Typed(Dims(Rank(self) + 1), self.dtype));
  }
  std::optional<Dims> strides = StridesOf(self);
  Dims dims = Copy(self);
  if (strides) {
    strides->insert(strides->begin() + *axis, *axis < dims.size() ? dims[*axis] * (*strides)[*axis] : Dim(1));
  }
  dims.insert(dims.begin() + *axis, Dim(1));
  return InOrder(call, ViewOf(self, dims, strides));
}

Result Alias(Bound& call) { return Done(call, call.Tensor("self")); }

Result AtLeast(Bound& call) {
  auto lift = [&](TensorType type) {
    if (!Known(type)) {
      return Typed(Shape(), type.dtype);
    }
    Dims dims = Copy(type);
    unsigned rank = call.data();
    if (dims.size() >= rank) {
      return type;
    }
    if (rank == 3) {  // [n] becomes [1, n, 1]; [n, m] becomes [n, m, 1].
      dims.resize(std::max<size_t>(dims.size(), 1), Dim(1));
      if (dims.size() == 1) {
        dims.insert(dims.begin(), Dim(1));
      }
      dims.push_back(Dim(1));
    }
    while (dims.size() < rank) {
      dims.insert(dims.begin(), Dim(1));
    }
    return Typed(dims, type.dtype);
  };
  const Value& given = call.Get("tensors");
  bool one = given.kind == Kind::Tuple && given.elements.size() == 1 && call.Given("tensors");
  std::optional<std::vector<TensorType>> tensors = call.Tensors("tensors");
  if (!tensors) {
    return call.GiveUp("the number of tensors is unknown");
  }
  for (TensorType& type : *tensors) {
    type = lift(type);
  }
  return one ? call.Return((*tensors)[0]) : call.Return(*tensors);
}

constexpr Op kOps[] = {
    {"mu", "view", "Tensor self, dtype dtype | Tensor self, int... size", View, kView},
    {"fu", "view_copy", "Tensor self, dtype dtype | Tensor self, int[] size", View, kCopy},
    {"m", "reshape", "Tensor self, int... shape", Reshape, kView},
    {"f", "reshape", "Tensor self, int[] shape", Reshape, kView},
    {"m", "view_as", "Tensor self, Tensor other", ReshapeAs, kView},
    {"m", "reshape_as", "Tensor self, Tensor other", ReshapeAs, kView},
    {"fm", "flatten", "Tensor self, int start_dim=0, int end_dim=-1", Flatten, kView},
    {"fm", "ravel", "Tensor self", Ravel, kView},
    {"fm", "unflatten", "Tensor self, int dim, int[] sizes", Unflatten, kView},
    {"m", "permute", "Tensor self, int... dims", Permute, kView},
    {"f", "permute", "Tensor self, int[] dims", Permute, kView},
    {"f", "permute_copy", "Tensor self, int[] dims", Permute, kCopy},
    {"fmi", "transpose swapdims", "Tensor self, int dim0, int dim1", Transpose, kView},
    {"fmi", "swapaxes", "Tensor self, int axis0, int axis1",
     [](Bound& call) {
       TensorType self = call.Tensor("self");
       std::optional<unsigned> first = call.Axis("axis0", self), second = call.Axis("axis1", self);
       if (!first || !second || Rank(self) == 0) {
         return call.ReturnView(first && second ? self : Typed(Known(self) ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype));
       }
       Axes order = Identity(self);
       std::swap(order[*first], order[*second]);
       return call.ReturnView(Permuted(self, order));
     }},
    {"f", "transpose_copy", "Tensor self, int dim0, int dim1", Transpose, kCopy},
    {"fmi", "t", "Tensor self", MatrixTranspose, kUpToTwo},
    {"f", "t_copy", "Tensor self", MatrixTranspose, kCopy},
    {"m", "numpy_T", "Tensor self", MatrixTranspose, kAll},
    {"m", "matrix_T", "Tensor self", MatrixTranspose, kLastTwo},
    {"m", "matrix_H", "Tensor self", MatrixTranspose, kExactlyTwo},
    {"fm", "adjoint", "Tensor self", MatrixTranspose, kLastTwo},
    {"fm", "movedim moveaxis", "Tensor self, int[1] source, int[1] destination", MoveDim, kView},
    {"m", "expand", "Tensor self, int... size, *, bool implicit=False", Expand, kView},
    {"f", "expand_copy", "Tensor self, int[] size, *, bool implicit=False", Expand, kCopy},
    {"m", "expand_as", "Tensor self, Tensor other", ExpandAs, kView},
    {"f", "broadcast_to", "Tensor self, int[] size", Expand, kView},
    {"m", "broadcast_to", "Tensor self, int... size", Expand, kView},
    {"fv", "broadcast_tensors", "Tensor... tensors", BroadcastTensors},
    {"fmi", "squeeze", "Tensor self, int[1]? dim=None", Squeeze, kView},
    {"f", "squeeze_copy", "Tensor self, int[1]? dim=None", Squeeze, kCopy},
    {"fmi", "unsqueeze", "Tensor self, int dim", Unsqueeze, kView},
    {"f", "unsqueeze_copy", "Tensor self, int dim", Unsqueeze, kCopy},
    {"fmij", "detach", "Tensor self", Alias, kView},
    {"f", "alias_copy detach_copy", "Tensor self", Alias, kCopy},
    {"m", "alias requires_grad_ retain_grad share_memory_ pin_memory cpu_", "Tensor self, bool requires_grad=True", Alias, kView},
    {"f", "atleast_1d", "Tensor... tensors", AtLeast, 1},
    {"f", "atleast_2d", "Tensor... tensors", AtLeast, 2},
    {"f", "atleast_3d", "Tensor... tensors", AtLeast, 3},
};

}  // namespace

llvm::ArrayRef<Op> ViewsOps() { return kOps; }

}  // namespace trident::ops
