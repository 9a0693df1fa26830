#include "core/ops/matrix.h"

namespace trident::ops {
namespace {

// The parameter's name as users know it.
llvm::StringRef Shown(llvm::StringRef param) { return param == "self" ? "input" : param; }

}  // namespace

bool CheckFloatingOrComplex(Bound& call, llvm::StringRef param) {
  DType dtype = call.Tensor(param).dtype;
  if (shape::IsIntegral(dtype) || dtype == DType::Bool) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a floating-point or complex tensor, `", Shown(param), "` is ", dtype), param);
    return false;
  }
  return true;
}

std::optional<Matrices> MatricesOf(Bound& call, llvm::StringRef param) {
  TensorType type = call.Tensor(param);
  if (!call.CheckRank(param, 2, kAnyRank) || !CheckFloatingOrComplex(call, param) || !Known(type)) {
    return std::nullopt;
  }
  Matrices result;
  llvm::ArrayRef<Dim> dims = DimsOf(type);
  result.batch.assign(dims.begin(), dims.end() - 2);
  result.rows = dims[dims.size() - 2];
  result.columns = dims.back();
  result.dtype = type.dtype;
  return result;
}

bool CheckSquare(Bound& call, llvm::StringRef param, const Matrices& matrices) {
  if (!ProvablyDifferent(matrices.rows, matrices.columns)) {
    return true;
  }
  call.Fail("matrix-not-square", Join(call.name(), " needs square matrices, those of `", Shown(param), "` are ", matrices.rows, " by ", matrices.columns), param,
            {matrices.rows, matrices.columns});
  return false;
}

bool CheckSameDType(Bound& call, llvm::StringRef left, llvm::StringRef right) {
  DType a = call.Tensor(left).dtype, b = call.Tensor(right).dtype;
  if (a == b || a == DType::Unknown || b == DType::Unknown) {
    return true;
  }
  call.Fail("dtype-mismatch", Join(call.name(), " needs `", Shown(left), "` and `", right, "` of one dtype, they are ", a, " and ", b), right);
  return false;
}

bool MayBeEmpty(const Matrices& matrices) {
  auto maybe_zero = [](Dim dim) { return dim.is_unknown() || dim == Dim(0); };
  return maybe_zero(matrices.rows) || maybe_zero(matrices.columns) || llvm::any_of(matrices.batch, maybe_zero);
}

std::optional<Dims> BroadcastBatch(Bound& call, llvm::ArrayRef<Dim> left, llvm::ArrayRef<Dim> right) {
  Shape shape = call.Broadcast({Typed(left, DType::Unknown), Typed(right, DType::Unknown)});
  if (!shape.rank_known()) {
    return std::nullopt;
  }
  return Dims(shape.dims().begin(), shape.dims().end());
}

}  // namespace trident::ops
