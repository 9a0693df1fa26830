// Rules of the solvers of linear systems, and of products with the factors of a decomposition.
#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

constexpr const char* kLstsq[] = {"solution", "residuals", "rank", "singular_values"};
constexpr const char* kSolveEx[] = {"result", "info"};
constexpr const char* kTriangular[] = {"solution", "cloned_coefficient"};

Result OfDType(Bound& call, llvm::StringRef param) { return call.Return(Shape(), call.Tensor(param).dtype); }

// A X = B needs as many rows in B as in A; X A = B as many columns.
bool CheckFits(Bound& call, const Matrices& a, const Matrices& b, bool left, llvm::StringRef param_b) {
  Dim of_a = left ? a.rows : a.columns, of_b = left ? b.rows : b.columns;
  if (!ProvablyDifferent(of_a, of_b)) {
    return true;
  }
  call.Fail("size-mismatch",
            Join(call.name(), " cannot solve ", left ? "A X = B" : "X A = B", ": A is ", a.rows, " by ", a.columns, ", B is ", b.rows, " by ", b.columns), param_b,
            {of_a, of_b});
  return false;
}

// The shape of X: that of B with the batches of A and B broadcast.
Result ReturnSolution(Bound& call, const Matrices& a, const Matrices& b) {
  std::optional<Dims> batch = BroadcastBatch(call, b.batch, a.batch);
  if (!batch) {
    return call.Return(Shape(), b.dtype);
  }
  batch->append({b.rows, b.columns});
  return call.Return(*batch, b.dtype);
}

enum class Sides { Vector, Matrix, Unknown };

// torch.linalg.solve takes B for vectors when it has one dim or exactly the shape of A without its last dim.
Sides SidesOf(const TensorType& a, const TensorType& b) {
  if (!Known(a) || !Known(b)) {
    return Sides::Unknown;
  }
  if (Rank(b) == 1) {
    return Sides::Vector;
  }
  if (Rank(b) + 1 != Rank(a)) {
    return Sides::Matrix;
  }
  Sides sides = Sides::Vector;
  for (unsigned i = 0; i < Rank(b); ++i) {
    if (ProvablyDifferent(DimsOf(a)[i], DimsOf(b)[i])) {
      return Sides::Matrix;
    }
    if (!ProvablyEqual(DimsOf(a)[i], DimsOf(b)[i])) {
      sides = Sides::Unknown;
    }
  }
  return sides;
}

TensorType Solution(Bound& call) {
  TensorType unknown = Typed(Shape(), call.Tensor("B").dtype);
  std::optional<Matrices> a = MatricesOf(call, "A");
  std::optional<bool> left = call.Bool("left");
  if (!a || !CheckSquare(call, "A", *a) || !CheckSameDType(call, "A", "B") || !left) {
    return unknown;
  }
  TensorType right = call.Tensor("B");
  Sides sides = SidesOf(call.Tensor("A"), right);
  if (sides == Sides::Unknown) {
    return unknown;
  }
  if (sides == Sides::Vector) {
    if (!*left) {
      call.Fail("tensor-rank", Join(call.name(), " takes vectors `B` only with left=True, `B` is ", right.shape), "B");
      return unknown;
    }
    Dims dims = Copy(right);
    Dims batch(dims.begin(), dims.end() - 1);
    Matrices b{batch, dims.back(), Dim(1), right.dtype};
    std::optional<Dims> all = CheckFits(call, *a, b, true, "B") ? BroadcastBatch(call, b.batch, a->batch) : std::nullopt;
    if (!all) {
      return unknown;
    }
    all->push_back(b.rows);
    return Typed(*all, right.dtype);
  }
  std::optional<Matrices> b = MatricesOf(call, "B");
  return b && CheckFits(call, *a, *b, *left, "B") ? ReturnSolution(call, *a, *b).value.tensor : unknown;
}

Result Solve(Bound& call) { return call.Return(Solution(call)); }

Result SolveEx(Bound& call) {
  TensorType solution = Solution(call), a = call.Tensor("A");
  TensorType info = Typed(Shape(), DType::I32);
  if (Known(a) && Rank(a) == 2) {
    info.shape = Shape::Scalar();
  } else if (Known(a) && Known(solution)) {
    // One number for each system: the batch of the solution.
    unsigned trailing = SidesOf(a, call.Tensor("B")) == Sides::Vector ? 1 : 2;
    info.shape = Shape::Of(DimsOf(solution).drop_back(trailing));
  }
  return call.ReturnTuple({solution, info}, Names(kSolveEx));
}

Result SolveTriangular(Bound& call) {
  std::optional<Matrices> a = MatricesOf(call, "self"), b = MatricesOf(call, "B");
  std::optional<bool> left = call.Bool("left");
  CheckSameDType(call, "self", "B");
  if (!a || !b || !left || !CheckSquare(call, "self", *a) || !CheckFits(call, *a, *b, *left, "B")) {
    return OfDType(call, "B");
  }
  return ReturnSolution(call, *a, *b);
}

Result TriangularSolve(Bound& call) {
  std::optional<Matrices> b = MatricesOf(call, "self"), a = MatricesOf(call, "A");
  TensorType unknown = Typed(Shape(), call.Tensor("self").dtype);
  if (!a || !b || !CheckFits(call, *a, *b, true, "self") || !CheckSquare(call, "A", *a)) {
    return call.ReturnTuple({unknown, unknown}, Names(kTriangular));
  }
  std::optional<Dims> batch = BroadcastBatch(call, b->batch, a->batch);
  if (!batch) {
    return call.ReturnTuple({unknown, unknown}, Names(kTriangular));
  }
  a->batch = b->batch = *batch;
  return call.ReturnTuple({b->Batched({b->rows, b->columns}), a->Batched({a->rows, a->columns})}, Names(kTriangular));
}

Result CholeskySolve(Bound& call) {
  std::optional<Matrices> b = MatricesOf(call, "self"), a = MatricesOf(call, "input2");
  if (!a || !b || !CheckFits(call, *a, *b, true, "self") || !CheckSquare(call, "input2", *a)) {
    return OfDType(call, "self");
  }
  return ReturnSolution(call, *a, *b);
}

// The pivots of a factorisation: one for each row, with the batch of the factors.
bool CheckPivots(Bound& call, llvm::StringRef param, const Matrices& factors) {
  TensorType pivots = call.Tensor(param);
  if (pivots.dtype != DType::Unknown && pivots.dtype != DType::I32) {
    call.Fail("tensor-dtype", Join(call.name(), " needs pivots of dtype i32, they are ", pivots.dtype), param);
    return false;
  }
  if (!Known(pivots)) {
    return true;
  }
  Dims wanted = factors.batch;
  wanted.push_back(factors.rows);
  bool differ = wanted.size() != Rank(pivots);
  for (unsigned i = 0; !differ && i < Rank(pivots); ++i) {
    differ = ProvablyDifferent(wanted[i], DimsOf(pivots)[i]);
  }
  if (differ) {
    call.Fail("size-mismatch", Join(call.name(), " needs pivots of shape ", Shape::Of(wanted), ", they are ", pivots.shape), param);
  }
  return !differ;
}

Result SolveFactored(Bound& call, llvm::StringRef factors, llvm::StringRef pivots, llvm::StringRef right, bool left) {
  std::optional<Matrices> a = MatricesOf(call, factors);
  if (a && (!CheckSquare(call, factors, *a) || !CheckPivots(call, pivots, *a))) {
    return OfDType(call, right);
  }
  if (a && call.name() != "ldl_solve") {
    for (int64_t pivot : call.Get(pivots).contents) {
      if (pivot < 1) {
        return call.Fail("argument-value", Join(call.name(), " needs pivots of at least 1, one is ", pivot), pivots);
      }
    }
  }
  std::optional<Matrices> b = MatricesOf(call, right);
  CheckSameDType(call, factors, right);
  if (!a || !b || !CheckFits(call, *a, *b, left, right)) {
    return OfDType(call, right);
  }
  return ReturnSolution(call, *a, *b);
}

Result LinalgLuSolve(Bound& call) {
  std::optional<bool> left = call.Bool("left");
  return left ? SolveFactored(call, "LU", "pivots", "B", *left) : call.GiveUp("whether left is set is unknown");
}
Result LuSolve(Bound& call) { return SolveFactored(call, "LU_data", "LU_pivots", "self", true); }
Result LdlSolve(Bound& call) { return SolveFactored(call, "LD", "pivots", "B", true); }

Result Lstsq(Bound& call) {
  DType dtype = call.Tensor("self").dtype, real = RealPart(dtype);
  TensorType unknown = Typed(Shape(), dtype), unknown_real = Typed(Shape(), real);
  std::optional<Matrices> a = MatricesOf(call, "self");
  TensorType right = call.Tensor("b");
  CheckSameDType(call, "self", "b");
  Sides sides = SidesOf(call.Tensor("self"), right);
  if (!a || !Known(right) || sides == Sides::Unknown) {
    return call.ReturnTuple({unknown, unknown_real, Typed(Shape(), DType::I64), unknown_real}, Names(kLstsq));
  }
  Dims dims = Copy(right);
  bool vector = sides == Sides::Vector && Rank(call.Tensor("self")) == Rank(right) + 1;
  if (vector) {
    dims.push_back(Dim(1));
  }
  if (dims.size() < 2) {
    call.CheckRank("b", 2, kAnyRank);
    return call.ReturnTuple({unknown, unknown_real, Typed(Shape(), DType::I64), unknown_real}, Names(kLstsq));
  }
  Matrices b{Dims(dims.begin(), dims.end() - 2), dims[dims.size() - 2], dims.back(), right.dtype};
  std::optional<Dims> batch = CheckFits(call, *a, b, true, "b") ? BroadcastBatch(call, a->batch, b.batch) : std::nullopt;
  if (!batch) {
    return call.ReturnTuple({unknown, unknown_real, Typed(Shape(), DType::I64), unknown_real}, Names(kLstsq));
  }
  Matrices all{*batch, a->rows, a->columns, dtype};
  TensorType solution = vector ? all.Batched({a->columns}) : all.Batched({a->columns, b.columns});
  // Residuals, rank and singular values are empty where the driver does not compute them or the rank is not full.
  return call.ReturnTuple({solution, unknown_real, Typed(Shape(), DType::I64), unknown_real}, Names(kLstsq));
}

Result HouseholderProduct(Bound& call) {
  llvm::StringRef tau_param = call.data() == 1 ? "input2" : "tau", param = call.data() == 1 ? "self" : "input";
  TensorType tau = call.Tensor(tau_param);
  std::optional<Matrices> a = MatricesOf(call, param);
  if (!a) {
    return OfDType(call, param);
  }
  if (ProvablyLess(a->rows, a->columns)) {
    call.Fail("size-mismatch", Join(call.name(), " needs at least as many rows as columns, `input` is ", a->rows, " by ", a->columns), param,
              {a->rows, a->columns});
  }
  if (Known(tau)) {
    Dims wanted = a->batch;
    if (Rank(tau) != wanted.size() + 1) {
      call.Fail("tensor-rank", Join(call.name(), " needs `tau` of one dim less than `input`, they are ", tau.shape, " and ", call.Tensor(param).shape), tau_param);
    } else if (ProvablyLess(a->columns, DimsOf(tau).back())) {
      call.Fail("size-mismatch", Join(call.name(), " takes at most ", a->columns, " reflectors, the columns of `input`; `tau` has ", DimsOf(tau).back()), tau_param,
                {DimsOf(tau).back(), a->columns});
    } else {
      for (unsigned i = 0; i < wanted.size(); ++i) {
        if (ProvablyDifferent(wanted[i], DimsOf(tau)[i])) {
          call.Fail("size-mismatch", Join(call.name(), " needs the batch of `tau` to be ", Shape::Of(wanted), ", `tau` is ", tau.shape), tau_param);
        }
      }
    }
  }
  CheckSameDType(call, param, tau_param);
  return call.Return(a->Batched({a->rows, a->columns}));
}

bool SameBatch(llvm::ArrayRef<Dim> left, llvm::ArrayRef<Dim> right) {
  for (auto [a, b] : llvm::zip(left, right)) {
    if (ProvablyDifferent(a, b)) {
      return false;
    }
  }
  return true;
}

// torch.ormqr: `self` and `input2` hold the reflectors and their factors, `input3` what they are applied to.
Result Ormqr(Bound& call) {
  TensorType tau = call.Tensor("input2"), other = call.Tensor("input3");
  std::optional<Matrices> a = MatricesOf(call, "self"), b = MatricesOf(call, "input3");
  std::optional<bool> left = call.Bool("left");
  if (!a || !b || !left) {
    return call.Return(other.shape, other.dtype);
  }
  Dim side = *left ? b->rows : b->columns;
  if (ProvablyLess(side, Known(tau) && Rank(tau) > 0 ? DimsOf(tau).back() : Dim::Unknown())) {
    call.Fail("size-mismatch", Join(call.name(), " has more reflectors, ", DimsOf(tau).back(), ", than the side they are applied to, ", side), "input2", {side});
  } else if (ProvablyDifferent(side, a->rows)) {
    call.Fail("size-mismatch", Join(call.name(), " needs ", *left ? "the rows" : "the columns", " of `other` to be as many as the rows of `input`, they are ", side,
                                    " and ", a->rows), "input3", {side, a->rows});
  }
  if (Known(tau)) {
    Dim reflectors = Min(side, a->columns);
    if (Rank(tau) != a->batch.size() + 1) {
      call.Fail("tensor-rank", Join(call.name(), " needs `tau` of one dim less than `input`, they are ", tau.shape, " and ", call.Tensor("self").shape), "input2");
    } else if (ProvablyDifferent(DimsOf(tau).back(), reflectors) || !SameBatch(a->batch, DimsOf(tau))) {
      call.Fail("size-mismatch", Join(call.name(), " needs `tau` of shape ", a->Batched({reflectors}).shape, ", it is ", tau.shape), "input2");
    }
  }
  if (a->batch.size() != b->batch.size() || !SameBatch(a->batch, b->batch)) {
    call.Fail("size-mismatch", Join(call.name(), " needs `input` and `other` of one batch, they are ", call.Tensor("self").shape, " and ", other.shape), "input3");
  }
  return call.Return(other.shape, other.dtype);
}

Result Tensorinv(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<int64_t> ind = call.Constant("ind");
  if (ind && *ind <= 0) {
    call.Fail("argument-value", Join(call.name(), " needs `ind` of at least 1, got ", *ind), "ind");
  }
  if (!Known(self) || !ind || *ind <= 0 || *ind > Rank(self)) {
    return OfDType(call, "self");
  }
  llvm::ArrayRef<Dim> head = DimsOf(self).take_front(*ind), tail = DimsOf(self).drop_front(*ind);
  Dim rows = shape::Product(head), columns = shape::Product(tail);
  if (ProvablyDifferent(rows, columns)) {
    call.Fail("size-mismatch", Join(call.name(), " needs the first ", *ind, " dims and the others to hold equally many elements, ", self.shape, " has ", rows, " and ",
                                    columns), "self", {rows, columns});
  }
  Dims dims(tail.begin(), tail.end());
  dims.append(head.begin(), head.end());
  return call.Return(dims, self.dtype);
}

Result Tensorsolve(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  if (!Known(self) || !Known(other)) {
    return OfDType(call, "self");
  }
  Dims dims = Copy(self);
  if (call.Has("dims")) {
    std::optional<Axes> moved = call.AxesOf("dims", self);
    if (!moved) {
      return OfDType(call, "self");
    }
    Dims rest, last;
    for (unsigned i = 0; i < dims.size(); ++i) {
      if (!llvm::is_contained(*moved, i)) {
        rest.push_back(dims[i]);
      }
    }
    for (unsigned axis : *moved) {
      last.push_back(dims[axis]);
    }
    dims = rest;
    dims.append(last.begin(), last.end());
  }
  if (Rank(other) > dims.size()) {
    return OfDType(call, "self");
  }
  llvm::ArrayRef<Dim> head = llvm::ArrayRef(dims).take_front(Rank(other)), tail = llvm::ArrayRef(dims).drop_front(Rank(other));
  Dim rows = shape::Product(head), columns = shape::Product(tail);
  if (ProvablyDifferent(rows, columns)) {
    call.Fail("size-mismatch", Join(call.name(), " needs `A` to be square when its first ", Rank(other), " dims are taken for rows, it is ", rows, " by ", columns), "self",
              {rows, columns});
  } else if (ProvablyDifferent(rows, other.shape.numel())) {
    call.Fail("size-mismatch", Join(call.name(), " needs as many elements in `B` as rows in `A`, they are ", other.shape.numel(), " and ", rows), "other", {rows});
  }
  return call.Return(tail, self.dtype);
}

constexpr Op kOps[] = {
    {"lo", "solve", "Tensor A, Tensor B, *, bool left=True", Solve},
    {"lo", "solve_ex", "Tensor A, Tensor B, *, bool left=True, bool check_errors=False", SolveEx},
    {"lo", "solve_triangular", "Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False", SolveTriangular},
    {"fmo", "triangular_solve", "Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False", TriangularSolve},
    {"fmo", "cholesky_solve", "Tensor self, Tensor input2, bool upper=False", CholeskySolve},
    {"lo", "lu_solve", "Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False", LinalgLuSolve},
    {"fmo", "lu_solve", "Tensor self, Tensor LU_data, Tensor LU_pivots", LuSolve},
    {"lo", "ldl_solve", "Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False", LdlSolve},
    {"lo", "lstsq", "Tensor self, Tensor b, float? rcond=None, *, str? driver=None", Lstsq},
    {"lo", "householder_product", "Tensor input, Tensor tau", HouseholderProduct},
    {"fmo", "orgqr", "Tensor self, Tensor input2", HouseholderProduct, 1},
    {"fmo", "ormqr", "Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False", Ormqr},
    {"lo", "tensorinv", "Tensor self, int ind=2", Tensorinv},
    {"lo", "tensorsolve", "Tensor self, Tensor other, int[]? dims=None", Tensorsolve},
};

}  // namespace

llvm::ArrayRef<Op> LinalgSolveOps() { return kOps; }

}  // namespace trident::ops
