// Reductions over one, several or all dims.
#include "core/ops/rule.h"

#include <algorithm>

namespace trident::ops {
namespace {

// How the result's dtype follows from the operand's.
enum Kind : int {
  kSum,   // integers add up in int64
  kFloatOnly,
};

Result Reduce(Bound& call) {
  TensorType self = call.Tensor("self");
  DType dtype = call.GetDType("dtype", call.data() == kSum && (shape::IsIntegral(self.dtype) || self.dtype == DType::Bool) ? DType::I64 : self.dtype);
  return call.Return(Reduced(self.shape, call.AxesOf("dim", self), call.Bool("keepdim")), dtype);
}

constexpr Op kOps[] = {
    {"fmo", "sum", "Tensor self, int[1]? dim=None, bool keepdim=False, *, dtype? dtype=None", Reduce, kSum},
    {"fmo", "mean", "Tensor self, int[1]? dim=None, bool keepdim=False, *, dtype? dtype=None", Reduce, kFloatOnly},
};

}  // namespace

Shape Reduced(Shape shape, const std::optional<Axes>& axes, std::optional<bool> keepdim) {
  if (!shape.rank_known() || !keepdim) {
    return Shape();
  }
  if (!axes) {
    return *keepdim ? Shape::Of(Dims(shape.rank())) : Shape();
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

llvm::ArrayRef<Op> ReduceOps() { return kOps; }

}  // namespace trident::ops
