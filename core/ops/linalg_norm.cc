// Rules of norms, ranks, and products of vectors and matrices in torch.linalg and under their older names.
#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

DType NormDType(Bound& call, llvm::StringRef param) {
  DType given = call.GetDType("dtype", call.Tensor(param).dtype);
  if (call.Has("dtype") && (shape::IsIntegral(given) || given == DType::Bool)) {
    call.Fail("argument-value", Join(call.name(), " needs a floating-point or complex `dtype`, got ", given), "dtype");
  }
  return RealPart(given);
}

Result VectorNorm(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckFloatingOrComplex(call, "self");
  return call.Return(Reduced(self.shape, call.AxesOf("dim", self), call.Bool("keepdim")), NormDType(call, "self"));
}

// The two dims of a matrix norm, checked.
Result MatrixNormOver(Bound& call, const std::optional<Axes>& axes) {
  TensorType self = call.Tensor("self");
  if (axes && axes->size() != 2) {
    call.Fail("argument-length", Join(call.name(), " of a matrix needs two dims, got ", axes->size()), "dim");
  }
  return call.Return(Reduced(self.shape, axes, call.Bool("keepdim")), NormDType(call, "self"));
}

void CheckMatrixOrder(Bound& call, llvm::StringRef param) {
  if (call.IsStr(param)) {
    if (call.Str(param) != "fro" && call.Str(param) != "nuc") {
      call.Fail("argument-value", Join(call.name(), " has no order '", call.Str(param), "', of the named ones only 'fro' and 'nuc'"), param);
    }
    return;
  }
  std::optional<double> order = call.Number(param);
  if (!order) {
    return;
  }
  double size = *order < 0 ? -*order : *order;
  if (size != 1 && size != 2 && size < 1e308) {
    call.Fail("argument-value", Join(call.name(), " of a matrix takes the orders 1, 2 and inf, negated or not, 'fro' and 'nuc'"), param);
  }
}

Result MatrixNorm(Bound& call) {
  if (!call.CheckRank("self", 2, kAnyRank) || !CheckFloatingOrComplex(call, "self")) {
    return call.Return(Shape(), DType::Unknown);
  }
  CheckMatrixOrder(call, "ord");
  return MatrixNormOver(call, call.AxesOf("dim", call.Tensor("self")));
}

Result Norm(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckFloatingOrComplex(call, "self");
  const Value& dim = call.Get("dim");
  bool sequence = dim.kind == Value::Kind::List || dim.kind == Value::Kind::Tuple;
  std::optional<Axes> axes = call.AxesOf("dim", self);
  if (call.IsUnknown("ord") || call.IsUnknown("dim") || (sequence && !dim.length_known)) {
    return call.Return(Reduced(self.shape, axes, call.Bool("keepdim")), NormDType(call, "self"));
  }
  if (call.Has("ord") && dim.is_none() && Known(self) && Rank(self) != 1 && Rank(self) != 2) {
    return call.Fail("tensor-rank", Join(call.name(), " with an order and no dim needs a 1-d or 2-d tensor, `input` is ", self.shape), "self");
  }
  // An order over two dims, or one that only matrices have, makes it a matrix norm.
  bool two = sequence ? dim.elements.size() == 2 : dim.is_none() && Known(self) && Rank(self) == 2;
  if (call.Has("ord") && (two || call.IsStr("ord"))) {
    if (!call.CheckRank("self", 2, kAnyRank)) {
      return call.Return(Shape(), DType::Unknown);
    }
    CheckMatrixOrder(call, "ord");
    return MatrixNormOver(call, axes);
  }
  return call.Return(Reduced(self.shape, axes, call.Bool("keepdim")), NormDType(call, "self"));
}

Result Cond(Bound& call) {
  DType dtype = RealPart(call.Tensor("self").dtype);
  std::optional<Matrices> a = MatricesOf(call, "self");
  if (!a) {
    return call.Return(Shape(), dtype);
  }
  std::optional<double> p = call.Number("p");
  bool by_inverse = call.IsStr("p") || (p && *p != 2 && *p != -2);
  if (by_inverse) {
    CheckSquare(call, "self", *a);
    CheckMatrixOrder(call, "p");
  }
  return call.Return(a->batch, dtype);
}

// The tolerances of matrix_rank and pinv: numbers, or tensors that broadcast with the batch.
std::optional<Shape> BroadcastTolerances(Bound& call, const Matrices& a, std::initializer_list<llvm::StringRef> params) {
  llvm::SmallVector<TensorType, 3> types = {Typed(a.batch, DType::Unknown)};
  for (llvm::StringRef param : params) {
    const Value& value = call.Get(param);
    if (value.is_tensor()) {
      if (MayBeEmpty(a)) {
        return std::nullopt;
      }
      if (shape::IsComplex(value.tensor.dtype)) {
        call.Fail("tensor-dtype", Join(call.name(), " needs a real tensor for `", param, "`, it is ", value.tensor.dtype), param);
        return std::nullopt;
      }
      types.push_back(value.tensor);
    } else if (value.kind == Value::Kind::Unknown && call.Given(param)) {
      return std::nullopt;
    }
  }
  Shape shape = call.Broadcast(types);
  return shape.rank_known() ? std::optional<Shape>(shape) : std::nullopt;
}

// Without elements, neither sizes nor tolerances are looked at.
bool IsEmpty(const Matrices& a) { return a.rows == Dim(0) || a.columns == Dim(0) || llvm::is_contained(a.batch, Dim(0)); }

Result MatrixRank(Bound& call) {
  std::optional<Matrices> a = MatricesOf(call, "self");
  if (a && call.Bool("hermitian") == true && !MayBeEmpty(*a)) {
    CheckSquare(call, "self", *a);
  }
  if (a && IsEmpty(*a)) {
    return call.Return(a->batch, DType::I64);
  }
  std::optional<Shape> shape = a ? BroadcastTolerances(call, *a, {"atol", "rtol", "tol"}) : std::nullopt;
  return call.Return(shape.value_or(Shape()), DType::I64);
}

Result Pinv(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  std::optional<Matrices> a = MatricesOf(call, "self");
  if (!a) {
    return call.Return(Shape(), dtype);
  }
  if (call.Bool("hermitian") == true && !MayBeEmpty(*a)) {
    CheckSquare(call, "self", *a);
  }
  if (IsEmpty(*a)) {
    return call.Return(a->Batched({a->columns, a->rows}));
  }
  std::optional<Shape> shape = BroadcastTolerances(call, *a, {"atol", "rtol", "rcond"});
  if (!shape) {
    return call.Return(Shape(), dtype);
  }
  a->batch.assign(shape->dims().begin(), shape->dims().end());
  return call.Return(a->Batched({a->columns, a->rows}));
}

// A product of matrices in the best order; the first and the last may be vectors.
Result MultiDot(Bound& call) {
  llvm::StringRef param = call.data() == 1 ? "matrices" : "tensors";
  std::optional<std::vector<TensorType>> tensors = call.Tensors(param);
  if (!tensors) {
    return call.GiveUp("the number of matrices is unknown");
  }
  size_t count = tensors->size();
  if (count < 2 && call.data() == 0) {
    return call.Fail("argument-length", Join(call.name(), " needs at least two tensors, got ", count), param);
  }
  if (count == 0) {
    return call.GiveUp("no matrices");
  }
  DType dtype = (*tensors)[0].dtype;
  for (size_t i = 0; i < count; ++i) {
    const TensorType& type = (*tensors)[i];
    if (!Known(type)) {
      return call.Return(Shape(), dtype);
    }
    bool end = call.data() == 0 && (i == 0 || i + 1 == count);
    if (Rank(type) != 2 && !(end && Rank(type) == 1)) {
      return call.Fail("tensor-rank", Join(call.name(), " needs tensor ", i, " to be ", end ? "a vector or a matrix" : "a matrix", ", it is ", type.shape), param);
    }
  }
  Dims dims;
  if (Rank(tensors->front()) == 2) {
    dims.push_back(DimsOf(tensors->front())[0]);
  }
  for (size_t i = 0; i + 1 < count; ++i) {
    Dim columns = DimsOf((*tensors)[i]).back(), rows = DimsOf((*tensors)[i + 1])[0];
    if (ProvablyDifferent(columns, rows)) {
      return call.Fail("matmul-sizes", Join(call.name(), " cannot multiply tensors ", i, " and ", i + 1, ": ", (*tensors)[i].shape, " by ", (*tensors)[i + 1].shape), param,
                       {columns, rows});
    }
  }
  if (Rank(tensors->back()) == 2) {
    dims.push_back(DimsOf(tensors->back())[1]);
  }
  return call.Return(dims, dtype);
}

Result Vecdot(Bound& call) {
  DType dtype = call.Tensor("x").dtype;
  CheckFloatingOrComplex(call, "x");
  CheckSameDType(call, "x", "y");
  TensorType both = Typed(call.Broadcast({call.Tensor("x"), call.Tensor("y")}), dtype);
  std::optional<unsigned> axis = call.Axis("dim", both);
  return call.Return(Reduced(both.shape, axis ? std::optional<Axes>(Axes{*axis}) : std::nullopt, false), dtype);
}

Result LinalgCross(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  DType dtype = ResultType({self, other});
  if (Known(self) && Known(other) && Rank(self) != Rank(other)) {
    return call.Fail("tensor-rank", Join(call.name(), " needs two tensors of one rank, they are ", self.shape, " and ", other.shape), "other");
  }
  if (!Known(self) || !Known(other)) {
    return call.Return(Shape(), dtype);
  }
  std::optional<unsigned> axis;
  if (call.Has("dim")) {
    axis = call.Axis("dim", self);
  } else {
    // torch.cross without a dim takes the first of size 3.
    bool possible = false;
    for (unsigned i = 0; i < Rank(self) && !possible; ++i) {
      possible = !ProvablyDifferent(DimsOf(self)[i], Dim(3));
      if (ProvablyEqual(DimsOf(self)[i], Dim(3))) {
        axis = i;
      }
    }
    if (!possible) {
      return call.Fail("size-mismatch", Join(call.name(), " needs a dim of size 3, `input` is ", self.shape), "self");
    }
  }
  if (axis && *axis < Rank(self)) {
    Dim of_self = DimsOf(self)[*axis], of_other = DimsOf(other)[*axis];
    if (ProvablyDifferent(of_self, Dim(3)) || ProvablyDifferent(of_other, Dim(3))) {
      return call.Fail("size-mismatch", Join(call.name(), " needs size 3 in dim ", *axis, " of both tensors, they are ", self.shape, " and ", other.shape), "dim",
                       {of_self, of_other});
    }
  }
  return call.Return(call.Broadcast({self, other}), dtype);
}

// data: 0 torch.linalg.vander, 1 torch.vander.
Result Vander(Bound& call) {
  TensorType x = call.Tensor("x");
  bool old = call.data() == 1;
  DType dtype = shape::IsIntegral(x.dtype) || x.dtype == DType::Bool ? DType::I64 : x.dtype;
  if (old && !call.CheckRank("x", 1)) {
    return call.Return(Shape(), dtype);
  }
  if (!Known(x)) {
    return call.Return(Shape(), dtype);
  }
  Dim count = call.Has("N") ? call.Int("N") : Rank(x) > 0 ? DimsOf(x).back() : Dim(0);
  if (!old && count.is_constant() && count.constant() <= 1) {
    return call.Fail("argument-value", Join(call.name(), " needs more than one column, got ", count), "N", {count});
  }
  Dims dims = Copy(x);
  if (dims.empty()) {
    dims.push_back(Dim(1));
  }
  dims.push_back(count);
  return call.Return(dims, dtype);
}

constexpr Op kOps[] = {
    {"lo", "vector_norm", "Tensor self, float ord=2, int[1]? dim=None, bool keepdim=False, *, dtype? dtype=None", VectorNorm},
    {"lo", "matrix_norm",
     "Tensor self, str ord='fro', int[] dim=[-2,-1], bool keepdim=False, *, dtype? dtype=None | "
     "Tensor self, float ord, int[] dim=[-2,-1], bool keepdim=False, *, dtype? dtype=None",
     MatrixNorm},
    {"lo", "norm",
     "Tensor self, float? ord=None, int[1]? dim=None, bool keepdim=False, *, dtype? dtype=None | "
     "Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, dtype? dtype=None",
     Norm},
    {"fo", "nuclear_norm", "Tensor self, int[2]? dim=[-2,-1], bool keepdim=False", MatrixNorm},
    {"fo", "frobenius_norm", "Tensor self, int[1] dim, bool keepdim=False", VectorNorm},
    {"lo", "cond", "Tensor self, float? p=None | Tensor self, str p", Cond},
    {"lo", "matrix_rank",
     "Tensor self, *, Operand? atol=None, Operand? rtol=None, bool hermitian=False | Tensor self, Operand tol, bool hermitian=False", MatrixRank},
    {"lo", "pinv",
     "Tensor self, *, Operand? atol=None, Operand? rtol=None, bool hermitian=False | Tensor self, Operand rcond, bool hermitian=False", Pinv},
    {"fm", "pinverse", "Tensor self, float rcond=1e-15", Pinv},
    {"lo", "multi_dot", "Tensor[] tensors", MultiDot},
    {"f", "chain_matmul", "Tensor... matrices", MultiDot, 1},
    {"lo", "vecdot", "Tensor x, Tensor y, *, int dim=-1", Vecdot},
    {"lo", "cross", "Tensor self, Tensor other, *, int dim=-1", LinalgCross},
    {"fmo", "cross", "Tensor self, Tensor other, int? dim=None", LinalgCross},
    {"l", "vander", "Tensor x, *, int? N=None", Vander},
    {"f", "vander", "Tensor x, int? N=None, bool increasing=False", Vander, 1},
};

}  // namespace

llvm::ArrayRef<Op> LinalgNormOps() { return kOps; }

}  // namespace trident::ops
