// Rules of the matrix decompositions: Cholesky, LU, LDL, QR, eigenvalues, singular values.
#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

constexpr const char* kCholesky[] = {"L", "info"};
constexpr const char* kEigen[] = {"eigenvalues", "eigenvectors"};
constexpr const char* kGeqrf[] = {"a", "tau"};
constexpr const char* kInverse[] = {"inverse", "info"};
constexpr const char* kLdl[] = {"LD", "pivots", "info"};
constexpr const char* kLuFactor[] = {"LU", "pivots", "info"};
constexpr const char* kPlu[] = {"P", "L", "U"};
constexpr const char* kQr[] = {"Q", "R"};
constexpr const char* kSlogdet[] = {"sign", "logabsdet"};
constexpr const char* kSvdOld[] = {"U", "S", "V"};
constexpr const char* kSvd[] = {"U", "S", "Vh"};

TensorType OfDType(DType dtype) { return Typed(Shape(), dtype); }

Result Cholesky(Bound& call) {
  TensorType self = call.Tensor("self");
  if (std::optional<Matrices> a = MatricesOf(call, "self")) {
    CheckSquare(call, "self", *a);
  }
  return call.Return(self.shape, self.dtype);
}

// The old torch.cholesky returns an empty tensor before it looks at the sizes.
Result OldCholesky(Bound& call) {
  TensorType self = call.Tensor("self");
  if (std::optional<Matrices> a = MatricesOf(call, "self"); a && !MayBeEmpty(*a)) {
    CheckSquare(call, "self", *a);
  }
  return call.Return(self.shape, self.dtype);
}

// One result shaped like the matrices, one number of each batch entry for the state of the computation.
Result WithInfo(Bound& call, llvm::StringRef param, llvm::ArrayRef<const char*> names) {
  std::optional<Matrices> a = MatricesOf(call, param);
  if (!a) {
    return call.ReturnTuple({OfDType(call.Tensor(param).dtype), OfDType(DType::I32)}, names);
  }
  CheckSquare(call, param, *a);
  return call.ReturnTuple({a->Batched({a->rows, a->columns}), a->Batched({}, DType::I32)}, names);
}

Result CholeskyEx(Bound& call) { return WithInfo(call, "self", kCholesky); }
Result InvEx(Bound& call) { return WithInfo(call, "A", kInverse); }

// The inverse, powers and functions of square matrices.
Result SquareFunction(Bound& call) {
  llvm::StringRef param = call.data() == 1 ? "A" : "self";
  TensorType self = call.Tensor(param);
  if (std::optional<Matrices> a = MatricesOf(call, param)) {
    CheckSquare(call, param, *a);
  }
  return call.Return(self.shape, self.dtype);
}

Result MatrixExp(Bound& call) {
  TensorType self = call.Tensor("self");
  if (call.CheckRank("self", 2, kAnyRank) && Known(self)) {
    llvm::ArrayRef<Dim> dims = DimsOf(self);
    CheckSquare(call, "self", Matrices{{}, dims[dims.size() - 2], dims.back()});
  }
  return call.Return(self.shape, self.dtype);
}

Result Det(Bound& call) {
  llvm::StringRef param = call.data() == 1 ? "A" : "self";
  std::optional<Matrices> a = MatricesOf(call, param);
  if (!a) {
    return call.Return(Shape(), call.Tensor(param).dtype);
  }
  CheckSquare(call, param, *a);
  return call.Return(a->batch, a->dtype);
}

Result Slogdet(Bound& call) {
  llvm::StringRef param = call.data() == 1 ? "A" : "self";
  DType dtype = call.Tensor(param).dtype;
  std::optional<Matrices> a = MatricesOf(call, param);
  if (!a) {
    return call.ReturnTuple({OfDType(dtype), OfDType(RealPart(dtype))}, Names(kSlogdet));
  }
  CheckSquare(call, param, *a);
  return call.ReturnTuple({a->Batched({}), a->Batched({}, RealPart(dtype))}, Names(kSlogdet));
}

enum Eigen { kGeneral, kHermitian };

void CheckTriangle(Bound& call) {
  llvm::StringRef triangle = call.Str("UPLO");
  if (call.IsStr("UPLO") && !triangle.equals_insensitive("L") && !triangle.equals_insensitive("U")) {
    call.Fail("argument-value", Join(call.name(), " takes `UPLO` 'L' or 'U', got '", triangle, "'"), "UPLO");
  }
}

DType ValuesDType(Bound& call, DType dtype) {
  return call.data() == kGeneral ? ComplexPart(dtype) : RealPart(dtype);
}

Result Eig(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  DType vectors = call.data() == kGeneral ? ComplexPart(dtype) : dtype;
  CheckTriangle(call);
  std::optional<Matrices> a = MatricesOf(call, "self");
  if (!a) {
    return call.ReturnTuple({OfDType(ValuesDType(call, dtype)), OfDType(vectors)}, Names(kEigen));
  }
  CheckSquare(call, "self", *a);
  return call.ReturnTuple({a->Batched({a->columns}, ValuesDType(call, dtype)), a->Batched({a->rows, a->columns}, vectors)}, Names(kEigen));
}

Result Eigvals(Bound& call) {
  DType dtype = ValuesDType(call, call.Tensor("self").dtype);
  CheckTriangle(call);
  std::optional<Matrices> a = MatricesOf(call, "self");
  if (!a) {
    return call.Return(Shape(), dtype);
  }
  CheckSquare(call, "self", *a);
  return call.Return(a->Batched({a->columns}, dtype));
}

// data: the number of results, 2 or 3.
Result Ldl(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  TensorType ld = OfDType(dtype), pivots = OfDType(DType::I32), info = pivots;
  if (std::optional<Matrices> a = MatricesOf(call, "self")) {
    CheckSquare(call, "self", *a);
    ld = a->Batched({a->rows, a->columns});
    pivots = a->Batched({a->rows}, DType::I32);
    info = a->Batched({}, DType::I32);
  }
  return call.data() == 2 ? call.ReturnTuple({ld, pivots}, llvm::ArrayRef(kLdl, 2)) : call.ReturnTuple({ld, pivots, info}, Names(kLdl));
}

Result LuFactor(Bound& call) {
  DType dtype = call.Tensor("A").dtype;
  TensorType lu = OfDType(dtype), pivots = OfDType(DType::I32), info = pivots;
  if (std::optional<Matrices> a = MatricesOf(call, "A")) {
    lu = a->Batched({a->rows, a->columns});
    pivots = a->Batched({a->smaller()}, DType::I32);
    info = a->Batched({}, DType::I32);
  }
  bool with_info = call.data() == 3;
  if (call.data() == 0) {  // torch.lu: the third result only when asked for.
    std::optional<bool> get_infos = call.Bool("get_infos");
    if (!get_infos) {
      return call.GiveUp("whether get_infos is set is unknown");
    }
    with_info = *get_infos;
    return with_info ? call.ReturnTuple({lu, pivots, info}) : call.ReturnTuple({lu, pivots});
  }
  return with_info ? call.ReturnTuple({lu, pivots, info}, Names(kLuFactor)) : call.ReturnTuple({lu, pivots}, llvm::ArrayRef(kLuFactor, 2));
}

Result Plu(Bound& call, const Matrices& a, bool with_p, bool with_lu) {
  TensorType empty = Typed({Dim(0)}, a.dtype);
  Dim k = a.smaller();
  return call.ReturnTuple({with_p ? a.Batched({a.rows, a.rows}) : empty, with_lu ? a.Batched({a.rows, k}) : empty,
                      with_lu ? a.Batched({k, a.columns}) : empty},
                     Names(kPlu));
}

Result Lu(Bound& call) {
  std::optional<Matrices> a = MatricesOf(call, "A");
  std::optional<bool> pivot = call.Bool("pivot");
  if (!a || !pivot) {
    TensorType some = OfDType(call.Tensor("A").dtype);
    return call.ReturnTuple({some, some, some}, Names(kPlu));
  }
  return Plu(call, *a, *pivot, true);
}

// torch does not compare the shapes; it reads as many pivots of each row as there are factors.
void CheckPivotRange(Bound& call, const Matrices& a) {
  TensorType pivots = call.Tensor("LU_pivots");
  std::optional<int64_t> rows = a.rows.value(), factors = a.smaller().value();
  std::optional<int64_t> length = Known(pivots) && Rank(pivots) > 0 ? DimsOf(pivots).back().value() : std::nullopt;
  if (!factors || !length || *length == 0) {
    return;
  }
  int64_t place = 0;
  for (int64_t pivot : call.Get("LU_pivots").contents) {
    bool read = place++ % *length < *factors;
    if (read && (pivot < 1 || (rows && pivot > *rows))) {
      call.Fail("argument-value", Join(call.name(), " needs pivots between 1 and ", a.rows, ", one is ", pivot), "LU_pivots");
      return;
    }
  }
}

Result LuUnpack(Bound& call) {
  std::optional<Matrices> a = MatricesOf(call, "LU_data");
  std::optional<bool> data = call.Bool("unpack_data"), pivots = call.Bool("unpack_pivots");
  DType pivot_dtype = call.Tensor("LU_pivots").dtype;
  if (pivots == true && pivot_dtype != DType::Unknown && pivot_dtype != DType::I32) {
    call.Fail("tensor-dtype", Join(call.name(), " needs pivots of dtype i32, they are ", pivot_dtype), "LU_pivots");
  }
  if (!a || !data || !pivots) {
    TensorType some = OfDType(call.Tensor("LU_data").dtype);
    return call.ReturnTuple({some, some, some}, Names(kPlu));
  }
  if (*pivots) {
    CheckPivotRange(call, *a);
  }
  return Plu(call, *a, *pivots, *data);
}

Result ReturnQr(Bound& call, llvm::StringRef param, bool complete, bool only_r) {
  DType dtype = call.Tensor(param).dtype;
  std::optional<Matrices> a = MatricesOf(call, param);
  if (!a) {
    return call.ReturnTuple({OfDType(dtype), OfDType(dtype)}, Names(kQr));
  }
  Dim k = complete ? a->rows : a->smaller();
  return call.ReturnTuple({only_r ? Typed({Dim(0)}, dtype) : a->Batched({a->rows, k}), a->Batched({k, a->columns})}, Names(kQr));
}

Result Qr(Bound& call) {
  llvm::StringRef mode = call.Str("mode");
  if (!call.IsStr("mode")) {
    return call.GiveUp("the mode is unknown");
  }
  if (mode != "reduced" && mode != "complete" && mode != "r") {
    return call.Fail("argument-value", Join(call.name(), " takes `mode` 'reduced', 'complete' or 'r', got '", mode, "'"), "mode");
  }
  return ReturnQr(call, "A", mode == "complete", mode == "r");
}

Result OldQr(Bound& call) {
  std::optional<bool> some = call.Bool("some");
  return some ? ReturnQr(call, "self", !*some, false) : call.GiveUp("whether some is set is unknown");
}

Result Geqrf(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  std::optional<Matrices> a = MatricesOf(call, "self");
  if (!a) {
    return call.ReturnTuple({OfDType(dtype), OfDType(dtype)}, Names(kGeqrf));
  }
  return call.ReturnTuple({a->Batched({a->rows, a->columns}), a->Batched({a->smaller()})}, Names(kGeqrf));
}

Result Svd(Bound& call) {
  DType dtype = call.Tensor("A").dtype;
  std::optional<Matrices> a = MatricesOf(call, "A");
  std::optional<bool> full = call.Bool("full_matrices");
  if (!a) {
    return call.ReturnTuple({OfDType(dtype), OfDType(RealPart(dtype)), OfDType(dtype)}, Names(kSvd));
  }
  Dim k = a->smaller();
  auto side = [&](Dim whole) { return full ? (*full ? whole : k) : Dim(); };
  return call.ReturnTuple({a->Batched({a->rows, side(a->rows)}), a->Batched({k}, RealPart(dtype)), a->Batched({side(a->columns), a->columns})}, Names(kSvd));
}

Result OldSvd(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  std::optional<Matrices> a = MatricesOf(call, "self");
  std::optional<bool> some = call.Bool("some"), vectors = call.Bool("compute_uv");
  if (!a) {
    return call.ReturnTuple({OfDType(dtype), OfDType(RealPart(dtype)), OfDType(dtype)}, Names(kSvdOld));
  }
  Dim k = a->smaller();
  bool known = some && vectors;
  bool reduced = known && *some && *vectors;  // Without vectors, both are zeros of full size.
  auto side = [&](Dim whole) { return known ? (reduced ? k : whole) : Dim(); };
  return call.ReturnTuple({a->Batched({a->rows, side(a->rows)}), a->Batched({k}, RealPart(dtype)), a->Batched({a->columns, side(a->columns)})}, Names(kSvdOld));
}

Result Svdvals(Bound& call) {
  DType dtype = RealPart(call.Tensor("A").dtype);
  std::optional<Matrices> a = MatricesOf(call, "A");
  return a ? call.Return(a->Batched({a->smaller()}, dtype)) : call.Return(Shape(), dtype);
}

// torch.svd_lowrank and torch.pca_lowrank; data: the rank taken for None, 0 for one that is always given.
Result SvdLowRank(Bound& call) {
  DType dtype = call.Tensor("A").dtype;
  std::optional<Matrices> a = MatricesOf(call, "A");
  if (!a) {
    return call.ReturnTuple({OfDType(dtype), OfDType(RealPart(dtype)), OfDType(dtype)});
  }
  Dim q = call.Has("q") ? call.Int("q") : Min(Dim(call.data()), a->smaller());
  if (call.Has("q") && (ProvablyLess(a->smaller(), q) || ProvablyLess(q, Dim(0)))) {
    return call.Fail("argument-value", Join(call.name(), " takes a rank `q` of at most the smaller side, ", a->smaller(), ", got ", q), "q", {q});
  }
  return call.ReturnTuple({a->Batched({a->rows, q}), a->Batched({q}, RealPart(dtype)), a->Batched({a->columns, q})});
}

constexpr Op kOps[] = {
    {"lo", "cholesky", "Tensor self, *, bool upper=False", Cholesky},
    {"fmo", "cholesky", "Tensor self, bool upper=False", OldCholesky},
    {"lo", "cholesky_ex", "Tensor self, *, bool upper=False, bool check_errors=False", CholeskyEx},
    {"fmo", "cholesky_inverse", "Tensor self, bool upper=False", SquareFunction},
    {"fmo", "inverse", "Tensor self", SquareFunction},
    {"lo", "inv", "Tensor A", SquareFunction, 1},
    {"lo", "inv_ex", "Tensor A, *, bool check_errors=False", InvEx},
    {"fmlo", "matrix_power", "Tensor self, int n", SquareFunction},
    {"fml", "matrix_exp", "Tensor self", MatrixExp},
    {"fm", "det", "Tensor self", Det},
    {"lo", "det", "Tensor A", Det, 1},
    {"fm", "logdet", "Tensor self", Det},
    {"fm", "slogdet", "Tensor self", Slogdet},
    {"lo", "slogdet", "Tensor A", Slogdet, 1},
    {"lo", "eig", "Tensor self", Eig, kGeneral},
    {"lo", "eigh", "Tensor self, str UPLO='L'", Eig, kHermitian},
    {"lo", "eigvals", "Tensor self", Eigvals, kGeneral},
    {"lo", "eigvalsh", "Tensor self, str UPLO='L'", Eigvals, kHermitian},
    {"lo", "ldl_factor", "Tensor self, *, bool hermitian=False", Ldl, 2},
    {"lo", "ldl_factor_ex", "Tensor self, *, bool hermitian=False, bool check_errors=False", Ldl, 3},
    {"lo", "lu_factor", "Tensor A, *, bool pivot=True", LuFactor, 2},
    {"lo", "lu_factor_ex", "Tensor A, *, bool pivot=True, bool check_errors=False", LuFactor, 3},
    {"fm", "lu", "Tensor A, bool pivot=True, bool get_infos=False", LuFactor, 0},
    {"lo", "lu", "Tensor A, *, bool pivot=True", Lu},
    {"fo", "lu_unpack", "Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True", LuUnpack},
    {"lo", "qr", "Tensor A, str mode='reduced'", Qr},
    {"fmo", "qr", "Tensor self, bool some=True", OldQr},
    {"fmo", "geqrf", "Tensor self", Geqrf},
    {"lo", "svd", "Tensor A, bool full_matrices=True, *, str? driver=None", Svd},
    {"fmo", "svd", "Tensor self, bool some=True, bool compute_uv=True", OldSvd},
    {"lo", "svdvals", "Tensor A, *, str? driver=None", Svdvals},
    {"f", "svd_lowrank", "Tensor A, int? q=6, int? niter=2, Tensor? M=None", SvdLowRank, 6},
    {"f", "pca_lowrank", "Tensor A, int? q=None, bool center=True, int niter=2", SvdLowRank, 6},
};

}  // namespace

llvm::ArrayRef<Op> LinalgDecomposeOps() { return kOps; }

}  // namespace trident::ops
