// Rules of covariances, differences and integrals along a dim, and of repeated elements.
#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

bool IsWhole(DType dtype) { return shape::IsIntegral(dtype) || dtype == DType::Bool; }

void CheckObservationWeights(Bound& call, llvm::StringRef param, Dim observations, bool integral) {
  TensorType weights = call.Tensor(param);
  if (!Known(weights)) {
    return;
  }
  if (weights.dtype != DType::Unknown && (integral ? !IsWhole(weights.dtype) : !shape::IsFloating(weights.dtype))) {
    call.Fail("tensor-dtype", Join("cov needs ", integral ? "integers" : "floating-point numbers", " for `", param, "`, they are ", weights.dtype), param);
  } else if (Rank(weights) > 1) {
    call.Fail("tensor-rank", Join("cov needs `", param, "` of at most one dim, they are ", weights.shape), param);
  } else if (ProvablyDifferent(weights.shape.numel(), observations)) {
    call.Fail("size-mismatch", Join("cov needs `", param, "` for each of ", observations, " observations, there are ", weights.shape.numel()), param,
              {weights.shape.numel(), observations});
  }
  for (int64_t weight : call.Get(param).contents) {
    if (weight < 0) {
      call.Fail("argument-value", Join("cov needs weights of at least 0, `", param, "` has ", weight), param);
      return;
    }
  }
}

// torch.cov and torch.corrcoef: variables in rows, observations in columns. One variable gives a number.
Result Covariance(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = FloatOf(self.dtype);
  if (call.Has("aweights")) {
    dtype = Promote(dtype, call.Tensor("aweights").dtype);
  }
  if (!call.CheckRank("self", 0, 2) || !Known(self)) {
    return call.Return(Shape(), dtype);
  }
  Dim observations = Rank(self) == 0 ? Dim(1) : DimsOf(self).back();
  CheckObservationWeights(call, "fweights", observations, true);
  CheckObservationWeights(call, "aweights", observations, false);
  if (Rank(self) < 2 || DimsOf(self)[0] == Dim(1)) {
    return call.Return(Shape::Scalar(), dtype);
  }
  Dim variables = DimsOf(self)[0];
  return call.Return(ProvablyDifferent(variables, Dim(1)) ? Shape::Of({variables, variables}) : Shape(), dtype);
}

Result Diff(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = self.dtype;
  std::optional<int64_t> order = call.Constant("n");
  if (order && *order < 0) {
    call.Fail("argument-value", Join("diff needs an order `n` of at least 0, got ", *order), "n");
  }
  if (!call.CheckRank("self", 1, kAnyRank) || !Known(self)) {
    return call.Return(Shape(), call.Has("prepend") || call.Has("append") ? DType::Unknown : dtype);
  }
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis) {
    return call.Return(Shape::Of(Dims(Rank(self))), dtype);
  }
  Dims dims = Copy(self);
  Dim length = dims[*axis];
  for (llvm::StringRef param : {"prepend", "append"}) {
    if (!call.Has(param)) {
      continue;
    }
    TensorType extra = call.Tensor(param);
    dtype = Promote(dtype, extra.dtype);
    if (!Known(extra)) {
      length = Dim::Unknown();
      continue;
    }
    if (Rank(extra) != Rank(self)) {
      return call.Fail("tensor-rank", Join("diff needs `", param, "` of the rank of `input`, they are ", extra.shape, " and ", self.shape), param);
    }
    for (unsigned i = 0; i < Rank(self); ++i) {
      if (i != *axis && ProvablyDifferent(DimsOf(extra)[i], dims[i])) {
        return call.Fail("cat-sizes", Join("diff needs `", param, "` of the shape of `input` but for dim ", *axis, ", they are ", extra.shape, " and ", self.shape),
                         param, {DimsOf(extra)[i], dims[i]});
      }
    }
    length = length + DimsOf(extra)[*axis];
  }
  if (order != 0) {
    dims[*axis] = order ? Max(length - Dim(*order), Dim(0)) : Dim::Unknown();
  }
  return call.Return(dims, dtype);
}

Result Gradient(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<int64_t> edge_order = call.Constant("edge_order");
  if (edge_order && *edge_order != 1 && *edge_order != 2) {
    return call.Fail("argument-value", Join("gradient takes `edge_order` 1 or 2, got ", *edge_order), "edge_order");
  }
  std::optional<Axes> axes = call.IsUnknown("dim") ? std::nullopt : call.AxesOf("dim", self);
  if (!axes) {
    return call.GiveUp("the dims are unknown");
  }
  const Value& spacing = call.Get("spacing");
  if ((spacing.kind == Value::Kind::List || spacing.kind == Value::Kind::Tuple) && spacing.length_known) {
    if (spacing.elements.size() != axes->size()) {
      return call.Fail("argument-length", Join("gradient needs a spacing for each of ", axes->size(), " dims, got ", spacing.elements.size()), "spacing");
    }
    for (const Value& one : spacing.elements) {
      if (one.is_tensor() && Known(one.tensor) && Rank(one.tensor) != 1) {
        return call.Fail("tensor-rank", Join("gradient needs 1-d coordinates, they are ", one.tensor.shape), "spacing");
      }
    }
  }
  if (edge_order) {
    for (unsigned axis : *axes) {
      if (axis < Rank(self) && ProvablyLess(DimsOf(self)[axis], Dim(*edge_order + 1))) {
        return call.Fail("argument-value", Join("gradient needs at least ", *edge_order + 1, " elements in a dim, dim ", axis, " has ", DimsOf(self)[axis]), "self",
                         {DimsOf(self)[axis]});
      }
    }
  }
  return call.Return(std::vector<TensorType>(axes->size(), Typed(self.shape, FloatOf(self.dtype))));
}

Dims OneShorter(llvm::ArrayRef<Dim> dims, unsigned axis) {
  Dims shorter(dims.begin(), dims.end());
  shorter[axis] = Max(shorter[axis] - Dim(1), Dim(0));
  return shorter;
}

// data: 0 integrates, 1 keeps the running integral.
Result Trapezoid(Bound& call) {
  TensorType y = call.Tensor("y"), x = call.Tensor("x");
  bool cumulative = call.data() == 1;
  bool points = call.overload() == 0;
  DType dtype = FloatOf(points ? ResultType({y, x}) : y.dtype);
  if (!call.CheckRank("y", 1, kAnyRank)) {
    return call.Return(Shape(), dtype);
  }
  std::optional<unsigned> axis = call.Axis("dim", y);
  if (!axis || Rank(y) == 0 || (points && !Known(x))) {
    return call.Return(Shape(), dtype);
  }
  Dims left = OneShorter(DimsOf(y), *axis);
  if (!cumulative && DimsOf(y)[*axis] == Dim(0)) {
    left.erase(left.begin() + *axis);
    return call.Return(left, dtype);
  }
  Shape both = Shape::Of(left);
  if (points) {
    Dims right;
    if (Rank(x) == 1) {
      if (ProvablyDifferent(DimsOf(x)[0], DimsOf(y)[*axis])) {
        return call.Fail("size-mismatch", Join(call.name(), " needs a point `x` for each of ", DimsOf(y)[*axis], " samples, there are ", DimsOf(x)[0]), "x",
                         {DimsOf(x)[0], DimsOf(y)[*axis]});
      }
      right.assign(Rank(y), Dim(1));
      right[*axis] = left[*axis];
    } else {
      right.assign(Rank(x) < Rank(y) ? Rank(y) - Rank(x) : 0, Dim(1));
      right.append(DimsOf(x).begin(), DimsOf(x).end());
      right = OneShorter(right, *axis);
    }
    both = call.Broadcast({Typed(left, dtype), Typed(right, dtype)});
  }
  return call.Return(cumulative ? both : Reduced(both, Axes{*axis}, false), dtype);
}

Result HashTensor(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(Reduced(self.shape, call.AxesOf("dim", self), call.Bool("keepdim")), DType::U64);
}

// How many elements come out when those of a dim of `size` are repeated.
Dim RepeatedSize(Bound& call, Dim size) {
  const Value& repeats = call.Get("repeats");
  if (call.Has("output_size")) {
    return call.Int("output_size");
  }
  if (!repeats.is_tensor()) {
    return size * call.Int("repeats");
  }
  if (repeats.contents.empty()) {
    return Dim::Unknown();
  }
  if (repeats.contents.size() == 1) {
    return size * Dim(repeats.contents[0]);
  }
  Dim total(0);
  for (int64_t count : repeats.contents) {
    total = total + Dim(count);
  }
  return total;
}

void CheckRepeats(Bound& call, Dim size) {
  TensorType repeats = call.Tensor("repeats");
  if (ProvablyLess(call.Int("repeats"), Dim(0))) {
    call.Fail("argument-value", Join("repeat_interleave needs counts of at least 0, got ", call.Int("repeats")), "repeats");
  }
  if (!Known(repeats)) {
    return;
  }
  if (Rank(repeats) > 1) {
    call.Fail("tensor-rank", Join("repeat_interleave needs `repeats` of at most one dim, it is ", repeats.shape), "repeats");
  } else if (Rank(repeats) == 1 && ProvablyDifferent(DimsOf(repeats)[0], Dim(1)) && ProvablyDifferent(DimsOf(repeats)[0], size)) {
    call.Fail("size-mismatch", Join("repeat_interleave needs a count for each of ", size, " elements, there are ", DimsOf(repeats)[0]), "repeats",
              {DimsOf(repeats)[0], size});
  }
}

Result RepeatInterleave(Bound& call) {
  if (call.overload() == 1) {  // Of counts alone: each index as often as its count says.
    call.CheckRank("repeats", 1);
    return call.Return({RepeatedSize(call, Dim(0))}, call.Tensor("repeats").dtype);
  }
  TensorType self = call.Tensor("self");
  if (!call.Has("dim")) {
    Dim elements = self.shape.numel();
    CheckRepeats(call, elements);
    return call.Return({RepeatedSize(call, elements)}, self.dtype);
  }
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis) {
    return call.Return(Known(self) ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype);
  }
  Dims dims = Copy(self);
  if (dims.empty()) {
    dims.push_back(Dim(1));
  }
  CheckRepeats(call, dims[*axis]);
  dims[*axis] = RepeatedSize(call, dims[*axis]);
  return call.Return(dims, self.dtype);
}

Result SameOf(Bound& call, llvm::ArrayRef<llvm::StringRef> params) {
  llvm::SmallVector<TensorType, 2> types;
  for (llvm::StringRef param : params) {
    types.push_back(call.Tensor(param));
  }
  return call.Return(call.Broadcast(types), types[0].dtype);
}

Result Poisson(Bound& call) { return SameOf(call, {"self"}); }
Result Binomial(Bound& call) { return SameOf(call, {"count", "prob"}); }

constexpr Op kOps[] = {
    {"fm", "cov", "Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None", Covariance},
    {"fm", "corrcoef", "Tensor self", Covariance},
    {"fmo", "diff", "Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None", Diff},
    {"f", "gradient", "Tensor self, *, any spacing=None, int[1]? dim=None, int edge_order=1", Gradient},
    {"f", "trapezoid trapz", "Tensor y, Tensor x, *, int dim=-1 | Tensor y, *, Scalar dx=1, int dim=-1", Trapezoid, 0},
    {"f", "cumulative_trapezoid", "Tensor y, Tensor x, *, int dim=-1 | Tensor y, *, Scalar dx=1, int dim=-1", Trapezoid, 1},
    {"fmo", "hash_tensor", "Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0", HashTensor},
    {"f", "repeat_interleave",
     "Tensor self, Operand repeats, int? dim=None, *, int? output_size=None | Tensor repeats, *, int? output_size=None", RepeatInterleave},
    {"m", "repeat_interleave", "Tensor self, Operand repeats, int? dim=None, *, int? output_size=None", RepeatInterleave},
    {"f", "poisson", "Tensor self, any generator=None", Poisson},
    {"f", "binomial", "Tensor count, Tensor prob, any generator=None", Binomial},
};

}  // namespace

llvm::ArrayRef<Op> StatisticsOps() { return kOps; }

}  // namespace trident::ops
