// Reductions over one, several or all dims, and running reductions along one.
#include "core/ops/contents.h"

#include <algorithm>
#include <numeric>

namespace trident::ops {

Shape Reduced(Shape shape, const std::optional<Axes>& axes, std::optional<bool> keepdim) {
  if (!shape.rank_known() || (!axes && keepdim != true)) {
    return Shape();
  }
  if (!axes) {
    return Shape::Of(Dims(shape.rank()));
  }
  if (!keepdim && !axes->empty()) {
    return Shape();
  }
  Dims dims;
  for (unsigned i = 0; i < shape.rank(); ++i) {
    bool reduced = std::find(axes->begin(), axes->end(), i) != axes->end();
    if (!reduced || *keepdim) {
      dims.push_back(reduced ? Dim(1) : shape.dims()[i]);
    }
  }
  return Shape::Of(dims);
}

namespace {

// How the result's dtype follows from the operand's.
enum Kind : int {
  kAdds,  // integers and bools in int64
  kSame,
  kBool,
  kIndex,          // int64
  kFloat,          // floating point for integers
  kFloatOnly,      // integers are refused
  kRealFloatOnly,  // the same; real for complex
};

bool IsWhole(DType dtype) { return shape::IsIntegral(dtype) || dtype == DType::Bool; }

DType ResultOf(Bound& call, DType dtype, Kind kind) {
  DType given = call.GetDType("dtype", DType::Unknown);
  bool has = call.Has("dtype");
  DType base = has ? given : dtype;
  switch (kind) {
    case kAdds: return !has && IsWhole(dtype) ? DType::I64 : base;
    case kBool: return dtype == DType::U8 || dtype == DType::Unknown ? dtype : DType::Bool;
    case kIndex: return DType::I64;
    case kFloat: return has ? base : FloatOf(base);
    case kFloatOnly:
    case kRealFloatOnly:
      if (IsWhole(base)) {
        call.Fail("tensor-dtype",
                  Join(call.name(), "() needs a floating-point tensor, its input is ", base, has ? "" : "; pass `dtype=` or convert it first"),
                  "self");
      }
      return kind == kRealFloatOnly ? shape::RealOf(base) : base;
    default: return base;
  }
}

// The result with its elements, where the operand's are few and known.
Result WithContents(Bound& call, Shape shape, DType dtype, const std::optional<Axes>& axes) {
  Value result = Value::MakeTensor(Typed(shape, dtype));
  if (axes) {
    result.contents = FoldReduction(call.name(), call.Get("self"), *axes, result.tensor);
  }
  return call.Return(std::move(result));
}

// A reduction without an identity needs elements to choose from.
void CheckNotEmpty(Bound& call, const TensorType& self, const std::optional<Axes>& axes, bool all) {
  if (!axes) {
    return;
  }
  for (unsigned axis : *axes) {
    bool empty = axis < Rank(self) && DimsOf(self)[axis] == Dim(0);
    if (empty) {
      call.Fail("empty-reduction",
                all ? Join(call.name(), "() of ", self, ", which has no elements, needs a `dim` of size above 0")
                    : Join(call.name(), "() over dim ", axis, " of ", self, ", which has size 0"),
                "self");
    }
  }
}

Result Reduce(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = ResultOf(call, self.dtype, static_cast<Kind>(call.data()));
  std::optional<Axes> axes = call.AxesOf("dim", self);
  return WithContents(call, Reduced(self.shape, axes, call.Given("keepdim") ? call.Bool("keepdim") : false), dtype, axes);
}

// any() and all() of an empty list of dims leave the shape.
Result ReduceBool(Bound& call) {
  TensorType self = call.Tensor("self");
  const Value& dim = call.Get("dim");
  bool none = (dim.kind == Value::Kind::List || dim.kind == Value::Kind::Tuple) && dim.length_known && dim.elements.empty();
  std::optional<Axes> axes = none ? std::optional<Axes>(Axes()) : call.AxesOf("dim", self);
  return WithContents(call, Reduced(self.shape, axes, call.Bool("keepdim")), ResultOf(call, self.dtype, kBool), axes);
}

Result Extremum(Bound& call) {  // amax, amin, argmax, argmin
  TensorType self = call.Tensor("self");
  std::optional<Axes> axes = call.AxesOf("dim", self);
  const Value& dim = call.Get("dim");
  CheckNotEmpty(call, self, axes, dim.is_none() || dim.kind == Value::Kind::Tuple || dim.kind == Value::Kind::List);
  if (shape::IsComplex(self.dtype)) {
    call.Fail("tensor-dtype", Join(call.name(), "() does not take ", self.dtype, " tensors, which have no order"), "self");
  }
  return WithContents(call, Reduced(self.shape, axes, call.Bool("keepdim")), ResultOf(call, self.dtype, static_cast<Kind>(call.data())), axes);
}

constexpr const char* kValuesIndices[] = {"values", "indices"};

// The values and places along one dim.
Result AlongOne(Bound& call, llvm::StringRef dim = "dim") {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis(dim, self);
  std::optional<Axes> axes = axis ? std::optional<Axes>(Axes{*axis}) : std::nullopt;
  CheckNotEmpty(call, self, axes, false);
  Shape shape = Reduced(self.shape, axes, call.Bool("keepdim"));
  return call.ReturnTuple({Typed(shape, self.dtype), Typed(shape, DType::I64)}, kValuesIndices);
}

Result MaxMin(Bound& call) {
  TensorType self = call.Tensor("self");
  if (shape::IsComplex(self.dtype)) {
    return call.Fail("tensor-dtype", Join(call.name(), "() does not take ", self.dtype, " tensors, which have no order"), "self");
  }
  if (call.overload() == 2) {
    return AlongOne(call);
  }
  if (call.overload() == 1) {
    TensorType other = call.Tensor("other");
    return call.Return(call.Broadcast({self, other}), ResultType({self, other}));
  }
  if (self.shape.numel() == Dim(0)) {
    return call.Fail("empty-reduction", Join(call.name(), "() of ", self, ", which has no elements, needs a `dim` of size above 0"), "self");
  }
  Axes all(Rank(self));
  std::iota(all.begin(), all.end(), 0u);
  return WithContents(call, Shape::Scalar(), self.dtype, Known(self) ? std::optional<Axes>(all) : std::nullopt);
}

Result Median(Bound& call) { return call.overload() == 1 ? AlongOne(call) : call.Return(Shape::Scalar(), call.Tensor("self").dtype); }

Result Mode(Bound& call) { return AlongOne(call); }

Result KthValue(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  Dim k = call.Int("k"), size = axis && Rank(self) > 0 ? DimsOf(self)[*axis] : axis ? Dim(1) : Dim::Unknown();
  if (ProvablyLess(size, k) || ProvablyLess(k, Dim(1))) {
    call.Fail("argument-value", Join("`k` is ", k, ", but dim ", axis.value_or(0), " has ", size, " elements"), "k", {size});
  }
  return AlongOne(call);
}

Result AMinMax(Bound& call) {
  static constexpr const char* kNames[] = {"min", "max"};
  TensorType self = call.Tensor("self");
  std::optional<Axes> axes = call.AxesOf("dim", self);
  CheckNotEmpty(call, self, axes, !call.Has("dim"));
  TensorType result = Typed(Reduced(self.shape, axes, call.Bool("keepdim")), self.dtype);
  return call.ReturnTuple({result, result}, kNames);
}

Result Variance(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = ResultOf(call, self.dtype, kRealFloatOnly);
  Shape shape =
      call.overload() == 0 ? Shape::Scalar() : Reduced(self.shape, call.AxesOf("dim", self), call.Given("keepdim") ? call.Bool("keepdim") : false);
  if (call.data() == 0) {
    return call.Return(shape, dtype);
  }
  return call.ReturnTuple({Typed(shape, dtype), Typed(shape, self.dtype)});
}

Result CountNonzero(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(Reduced(self.shape, call.AxesOf("dim", self), false), DType::I64);
}

Result Norm(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Axes> axes = call.AxesOf("dim", self);
  DType dtype = call.GetDType("dtype", self.dtype);
  if (IsWhole(dtype)) {
    call.Fail("tensor-dtype", Join("norm() needs a floating-point tensor, its input is ", dtype), "self");
  }
  if (call.Str("p") == "nuc" && axes && axes->size() != 2) {
    call.Fail("tensor-rank", Join("the nuclear norm is taken over 2 dims, not over ", axes->size(), " of ", self), "p");
  }
  return call.Return(Reduced(self.shape, axes, call.Bool("keepdim")), shape::RealOf(dtype));
}

Result Quantile(Bound& call) {
  TensorType self = call.Tensor("self"), q = call.Operand("q");
  ResultOf(call, self.dtype, kFloatOnly);
  bool list = call.Get("q").is_tensor();
  if (list && Known(q) && Rank(q) > 1) {
    call.Fail("tensor-rank", Join(call.name(), "() takes a number or a 1-d tensor of fractions, `q` is ", q.shape), "q");
  }
  if (list && q.dtype != DType::Unknown && self.dtype != DType::Unknown && q.dtype != self.dtype) {
    call.Fail("dtype-mismatch", Join(call.name(), "() needs tensors of one dtype, `input` is ", self.dtype, " and `q` is ", q.dtype), "q");
  }
  std::optional<double> fraction = call.Number("q");
  if (fraction && (*fraction < 0 || *fraction > 1)) {
    call.Fail("argument-value", Join(call.name(), "() needs fractions in the range [0, 1]"), "q");
  }
  if (self.shape.numel() == Dim(0) && !call.Has("dim")) {
    call.Fail("empty-reduction", Join(call.name(), "() of ", self, ", which has no elements"), "self");
  }
  Axes axes;
  std::optional<unsigned> axis;
  if (call.Has("dim")) {
    axis = call.Axis("dim", self);
    if (axis) {
      axes.push_back(*axis);
    }
  } else {
    for (unsigned i = 0; i < Rank(self); ++i) {
      axes.push_back(i);
    }
  }
  bool known = Known(self) && (axis || !call.Has("dim")) && (!list || Known(q)) && (list || !call.IsUnknown("q"));
  Shape reduced = known ? Reduced(self.shape, axes, call.Bool("keepdim")) : Shape();
  if (!reduced.rank_known() || !list || Rank(q) == 0) {
    return call.Return(reduced, self.dtype);
  }
  Dims dims = {DimsOf(q)[0]};
  dims.append(reduced.dims().begin(), reduced.dims().end());
  return call.Return(dims, self.dtype);
}

Result Cumulative(Bound& call) {
  TensorType self = call.Tensor("self");
  call.Axis("dim", self);
  return call.Return(self.shape, ResultOf(call, self.dtype, static_cast<Kind>(call.data())));
}

Result CumulativeExtremum(Bound& call) {
  TensorType self = call.Tensor("self");
  call.Axis("dim", self);
  return call.ReturnTuple({Typed(self.shape, self.dtype), Typed(self.shape, DType::I64)}, kValuesIndices);
}

// The operand's shape, after a check of `dim`.
Result Renorm(Bound& call) {
  TensorType self = call.Tensor("self");
  call.CheckRank("self", 2, 64);
  call.Axis("dim", self);
  return call.Return(self.shape, self.dtype);
}

Result Dist(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  call.Broadcast({self, other});
  return call.Return(Shape::Scalar(), shape::RealOf(ResultType({self, other})));
}

#define OVER "Tensor self, int[1]? dim=None, bool keepdim=False"
#define TYPED ", *, dtype? dtype=None"
constexpr const char* kVariance =
    "Tensor self, bool unbiased=True | Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False | "
    "Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False";

constexpr Op kOps[] = {
    {"fmo", "sum", OVER TYPED, Reduce, kAdds},
    {"fmo", "nansum", OVER TYPED, Reduce, kAdds},
    {"fmo", "prod", "Tensor self, int? dim=None, bool keepdim=False" TYPED, Reduce, kAdds},
    {"fmo", "mean", OVER TYPED, Reduce, kFloatOnly},
    {"fmo", "nanmean", OVER TYPED, Reduce, kFloatOnly},
    {"fmo", "logsumexp", "Tensor self, int[1] dim, bool keepdim=False", Reduce, kFloat},
    {"fmo", "all", OVER, ReduceBool},
    {"fmo", "any", OVER, ReduceBool},
    {"fmo", "amax", "Tensor self, int[1] dim=[], bool keepdim=False", Extremum, kSame},
    {"fmo", "amin", "Tensor self, int[1] dim=[], bool keepdim=False", Extremum, kSame},
    {"fmo", "argmax", "Tensor self, int? dim=None, bool keepdim=False", Extremum, kIndex},
    {"fmo", "argmin", "Tensor self, int? dim=None, bool keepdim=False", Extremum, kIndex},
    {"fmo", "max", "Tensor self | Tensor self, Tensor other | Tensor self, int dim, bool keepdim=False", MaxMin},
    {"fmo", "min", "Tensor self | Tensor self, Tensor other | Tensor self, int dim, bool keepdim=False", MaxMin},
    {"fmo", "aminmax", "Tensor self, *, int? dim=None, bool keepdim=False", AMinMax},
    {"fmo", "median", "Tensor self | Tensor self, int dim, bool keepdim=False", Median},
    {"fmo", "nanmedian", "Tensor self | Tensor self, int dim, bool keepdim=False", Median},
    {"fmo", "mode", "Tensor self, int dim=-1, bool keepdim=False", Mode},
    {"fmo", "kthvalue", "Tensor self, int k, int dim=-1, bool keepdim=False", KthValue},
    {"fmo", "var", kVariance, Variance, 0},
    {"fmo", "std", kVariance, Variance, 0},
    {"f", "var_mean", kVariance, Variance, 1},
    {"f", "std_mean", kVariance, Variance, 1},
    {"f", "count_nonzero", "Tensor self, int[1]? dim=None", CountNonzero},
    {"m", "count_nonzero", "Tensor self, int? dim=None | Tensor self, int... dim", CountNonzero},
    {"fmo", "norm", "Tensor self, any p='fro', int[1]? dim=None, bool keepdim=False, dtype? dtype=None", Norm},
    {"fmo", "quantile", "Tensor self, Operand q, int? dim=None, bool keepdim=False, *, str interpolation='linear'", Quantile},
    {"fmo", "nanquantile", "Tensor self, Operand q, int? dim=None, bool keepdim=False, *, str interpolation='linear'", Quantile},
    {"fmio", "cumsum", "Tensor self, int dim" TYPED, Cumulative, kAdds},
    {"fmio", "cumprod", "Tensor self, int dim" TYPED, Cumulative, kAdds},
    {"fmo", "logcumsumexp", "Tensor self, int dim", Cumulative, kFloat},
    {"fmo", "cummax", "Tensor self, int dim", CumulativeExtremum},
    {"fmo", "cummin", "Tensor self, int dim", CumulativeExtremum},
    {"fmio", "renorm", "Tensor self, Scalar p, int dim, Scalar maxnorm", Renorm},
    {"fm", "dist", "Tensor self, Tensor other, Scalar p=2", Dist},
};

#undef OVER
#undef TYPED

}  // namespace

llvm::ArrayRef<Op> ReduceOps() { return kOps; }

}  // namespace trident::ops
