#include "core/ops/matrix.h"

namespace trident::ops {

bool CheckFloatingOrComplex(Bound& call, llvm::StringRef param) {
  DType dtype = call.Tensor(param).dtype;
  if (shape::IsIntegral(dtype) || dtype == DType::Bool) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a floating-point or complex tensor, `", param, "` is ", dtype), param);
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
  call.Fail("matrix-not-square", Join(call.name(), " needs square matrices, those of `", param, "` are ", matrices.rows, " by ", matrices.columns), param,
            {matrices.rows, matrices.columns});
  return false;
}

bool CheckSameDType(Bound& call, llvm::StringRef left, llvm::StringRef right) {
  DType a = call.Tensor(left).dtype, b = call.Tensor(right).dtype;
  if (a == b || a == DType::Unknown || b == DType::Unknown) {
    return true;
  }
  call.Fail("dtype-mismatch", Join(call.name(), " needs `", left, "` and `", right, "` of one dtype, they are ", a, " and ", b), right);
  return false;
}

std::optional<Dims> BroadcastBatch(Bound& call, llvm::ArrayRef<Dim> left, llvm::ArrayRef<Dim> right) {
  Shape shape = call.Broadcast({Typed(left, DType::Unknown), Typed(right, DType::Unknown)});
  if (!shape.rank_known()) {
    return std::nullopt;
  }
  return Dims(shape.dims().begin(), shape.dims().end());
}

}  // namespace trident::ops
