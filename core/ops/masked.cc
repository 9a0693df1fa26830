// Rules of torch.masked: reductions and normalisations that leave masked elements out.
//
// The mask is expanded to the input, so it may not have more dims, nor a size that differs and is not 1.
// Source: the documentation of torch.masked.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

bool CheckMask(Bound& call, llvm::StringRef mask_param, llvm::StringRef input_param) {
  TensorType mask = call.Tensor(mask_param), input = call.Tensor(input_param);
  if (!Known(mask) || !Known(input)) {
    return true;
  }
  if (Rank(mask) > Rank(input)) {
    call.Fail("mask-shape", Join(call.name(), " needs a mask of no more dims than the input, they are ", mask.shape, " and ", input.shape), mask_param);
    return false;
  }
  llvm::ArrayRef<Dim> trailing = DimsOf(input).take_back(Rank(mask));
  for (unsigned i = 0; i < trailing.size(); ++i) {
    Dim size = DimsOf(mask)[i];
    if (ProvablyDifferent(size, Dim(1)) && ProvablyDifferent(size, trailing[i])) {
      call.Fail("mask-shape", Join(call.name(), " cannot expand the mask ", mask.shape, " to the input ", input.shape), mask_param, {size, trailing[i]});
      return false;
    }
  }
  return true;
}

enum Kind : int {
  kSum,        // Integers and bools add up in i64.
  kSame,       // The input's dtype.
  kMean,       // Integers are refused.
  kVariance,   // Integers become f32.
  kNorm,       // Complex becomes real.
  kExtremum,   // No identity for empty dims.
};

DType ReducedDType(Bound& call, DType input) {
  if (call.Has("dtype")) {
    DType given = call.GetDType("dtype", input);
    return call.data() == kNorm && shape::IsComplex(given) ? shape::RealOf(given) : given;
  }
  bool integral = shape::IsIntegral(input) || input == DType::Bool;
  switch (call.data()) {
    case kSum: return integral ? DType::I64 : input;
    case kVariance: return integral ? DType::F32 : input;
    case kNorm: return shape::IsComplex(input) ? shape::RealOf(input) : input;
    default: return input;
  }
}

void CheckReducedDType(Bound& call, DType dtype) {
  if (call.data() == kMean && (shape::IsIntegral(dtype) || dtype == DType::Bool)) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a floating-point or complex dtype, it is ", dtype), "input");
  }
}

Result Reduction(Bound& call) {
  TensorType input = call.Tensor("input");
  DType dtype = ReducedDType(call, input.dtype);
  CheckReducedDType(call, dtype);
  CheckMask(call, "mask", "input");
  std::optional<Axes> axes = call.AxesOf("dim", input);
  if (call.data() == kExtremum && axes && Known(input)) {
    for (unsigned axis : *axes) {
      if (axis < Rank(input) && DimsOf(input)[axis] == Dim(0)) {
        call.Fail("empty-reduction", Join(call.name(), " has no value over dim ", axis, " of size 0"), "input");
      }
    }
  }
  return call.Return(Reduced(input.shape, axes, call.Bool("keepdim")), dtype);
}

// Softmax, cumulative sums and the like keep the shape.
Result Normalization(Bound& call) {
  TensorType input = call.Tensor("input");
  CheckMask(call, "mask", "input");
  call.AxesOf("dim", input);
  return call.Return(input.shape, call.GetDType("dtype", input.dtype));
}

Result Normalize(Bound& call) {
  TensorType input = call.Tensor("input");
  CheckMask(call, "mask", "input");
  call.AxesOf("dim", input);
  DType dtype = call.GetDType("dtype", input.dtype);
  return call.Return(input.shape, Promote(input.dtype, shape::IsComplex(dtype) ? shape::RealOf(dtype) : dtype));
}

Result LogAddExp(Bound& call) {
  TensorType input = call.Tensor("input"), other = call.Tensor("other");
  CheckMask(call, "input_mask", "input");
  CheckMask(call, "other_mask", "other");
  return call.Return(call.Broadcast({input, other}), call.GetDType("dtype", input.dtype));
}

#define TRIDENT_MASKED ", bool? keepdim=False, dtype? dtype=None, Tensor? mask=None"
#define TRIDENT_MASKED_KEEP ", dtype? dtype=None, Tensor? mask=None"

constexpr Op kOps[] = {
    {"k", "sum", "Tensor input, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kSum},
    {"k", "prod", "Tensor input, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kSum},
    {"k", "mean", "Tensor input, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kMean},
    {"k", "amax", "Tensor input, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kExtremum},
    {"k", "amin", "Tensor input, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kExtremum},
    {"k", "argmax", "Tensor input, int? dim=None, *" TRIDENT_MASKED, Reduction, kExtremum},
    {"k", "argmin", "Tensor input, int? dim=None, *" TRIDENT_MASKED, Reduction, kExtremum},
    {"k", "median", "Tensor input, int dim=-1, *" TRIDENT_MASKED, Reduction, kSame},
    {"k", "logsumexp", "Tensor input, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kSame},
    {"k", "norm", "Tensor input, float? ord=2.0, int[1]? dim=None, *" TRIDENT_MASKED, Reduction, kNorm},
    {"k", "var", "Tensor input, int[1]? dim=None, bool? unbiased=None, *, float? correction=None" TRIDENT_MASKED, Reduction, kVariance},
    {"k", "std", "Tensor input, int[1]? dim=None, bool? unbiased=None, *, float? correction=None" TRIDENT_MASKED, Reduction, kVariance},
    {"k", "softmax", "Tensor input, int dim, *" TRIDENT_MASKED_KEEP, Normalization},
    {"k", "log_softmax", "Tensor input, int dim, *" TRIDENT_MASKED_KEEP, Normalization},
    {"k", "softmin", "Tensor input, int dim, *" TRIDENT_MASKED_KEEP, Normalization},
    {"k", "cumsum", "Tensor input, int dim, *" TRIDENT_MASKED_KEEP, Normalization},
    {"k", "cumprod", "Tensor input, int dim, *" TRIDENT_MASKED_KEEP, Normalization},
    {"k", "normalize", "Tensor input, float ord, int dim, *, float eps=1e-12" TRIDENT_MASKED_KEEP, Normalize},
    {"k", "logaddexp", "Tensor input, Tensor other, *, dtype? dtype=None, Tensor? input_mask=None, Tensor? other_mask=None", LogAddExp},
};

}  // namespace

llvm::ArrayRef<Op> MaskedOps() { return kOps; }

}  // namespace trident::ops
