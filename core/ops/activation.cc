// Rules of activations, softmax and dropout: what keeps the shape of its input.
//
// Source: the documentation of torch.nn.functional.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

llvm::StringRef InputOf(Bound& call) { return call.Has("input") ? "input" : "self"; }

Result Keep(Bound& call) {
  TensorType input = call.Tensor(InputOf(call));
  return call.Return(input.shape, input.dtype);
}

// Computes in floating point.
Result KeepFloat(Bound& call) {
  TensorType input = call.Tensor(InputOf(call));
  return call.Return(input.shape, FloatOf(input.dtype));
}

Result Hardtanh(Bound& call) {
  std::optional<double> low = call.Number("min_val"), high = call.Number("max_val");
  if (low && high && *low > *high) {
    call.Fail("argument-value", "hardtanh needs `min_val` of at most `max_val`", "min_val");
  }
  return Keep(call);
}

Result Gelu(Bound& call) {
  if (call.IsStr("approximate") && call.Str("approximate") != "none" && call.Str("approximate") != "tanh") {
    call.Fail("argument-value", Join("gelu takes `approximate` 'none' or 'tanh', got '", call.Str("approximate"), "'"), "approximate");
  }
  return Keep(call);
}

Result Softshrink(Bound& call) {
  if (std::optional<double> lambda = call.Number("lambd"); lambda && *lambda < 0) {
    call.Fail("argument-value", "softshrink needs `lambd` of at least 0", "lambd");
  }
  return Keep(call);
}

Result Glu(Bound& call) {
  TensorType input = call.Tensor("input");
  if (!call.CheckRank("input", 1, 64) || !Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  std::optional<unsigned> axis = call.Axis("dim", input);
  if (!axis) {
    return call.Return(Shape::Of(Dims(Rank(input))), input.dtype);
  }
  Dims dims = Copy(input);
  if (shape::Mod(dims[*axis], Dim(2)) == Dim(1)) {
    call.Fail("size-mismatch", Join("glu halves dim ", *axis, ", whose size ", dims[*axis], " is odd"), "dim", {dims[*axis]});
  }
  dims[*axis] = FloorDiv(dims[*axis], Dim(2));
  return call.Return(dims, input.dtype);
}

Result Prelu(Bound& call) {
  TensorType self = call.Tensor("self"), weight = call.Tensor("weight");
  if (self.dtype != DType::Unknown && weight.dtype != DType::Unknown && self.dtype != weight.dtype) {
    call.Fail("dtype-mismatch", Join("prelu needs `weight` of the dtype of its input, ", self.dtype, ", it is ", weight.dtype), "weight");
  }
  if (call.CheckRank("weight", 0, 1) && Known(weight) && Known(self) && ProvablyDifferent(weight.shape.numel(), Dim(1))) {
    Dim channels = Rank(self) > 1 ? DimsOf(self)[1] : Dim(1);
    if (Rank(self) == 0) {
      call.Fail("tensor-rank", Join("prelu with a weight for each channel needs an input with dims, `weight` is ", weight.shape), "weight");
    } else if (ProvablyDifferent(weight.shape.numel(), channels)) {
      call.Fail("size-mismatch", Join("prelu has ", weight.shape.numel(), " weights, its input ", self.shape, " has ", channels, " channels"), "weight",
                {weight.shape.numel(), channels});
    }
  }
  return call.Return(self.shape, self.dtype);
}

Result Softmax(Bound& call) {
  TensorType input = call.Tensor(InputOf(call));
  if (call.Has("dim")) {
    call.Axis("dim", input);
  }
  return call.Return(input.shape, call.GetDType("dtype", input.dtype));
}

// data: 1 where the input is [N, C, L] or [C, L].
Result Dropout(Bound& call) {
  if (std::optional<double> p = call.Number("p"); p && (*p < 0 || *p > 1)) {
    call.Fail("argument-value", Join(call.name(), " needs a probability `p` from 0 to 1"), "p");
  }
  if (call.data() == 1) {
    call.CheckRank("input", 2, 3);
  }
  return Keep(call);
}

#define TRIDENT_DROPOUT "Tensor input, float p=0.5, bool training=True, bool inplace=False"

constexpr Op kOps[] = {
    {"np", "relu selu", "Tensor input, bool inplace=False", Keep},
    {"n", "relu6 silu mish hardswish hardsigmoid", "Tensor input, bool inplace=False", Keep},
    {"np", "elu", "Tensor input, float alpha=1.0, bool inplace=False", Keep},
    {"np", "celu", "Tensor input, float alpha=1.0, bool inplace=False", Keep},
    {"np", "leaky_relu", "Tensor input, float negative_slope=0.01, bool inplace=False", Keep},
    {"np", "rrelu", "Tensor input, float lower=0.125, float upper=0.3333333333333333, bool training=False, bool inplace=False", Keep},
    {"np", "hardtanh", "Tensor input, float min_val=-1.0, float max_val=1.0, bool inplace=False", Hardtanh},
    {"np", "threshold", "Tensor input, float threshold, float value, bool inplace=False", Keep},
    {"n", "tanhshrink softsign tanh sigmoid", "Tensor input", KeepFloat},
    {"b", "logsigmoid", "Tensor input", Keep},
    {"b", "gelu", "Tensor input, *, str approximate='none'", Gelu},
    {"b", "softplus", "Tensor input, float beta=1, float threshold=20", Keep},
    {"b", "softshrink", "Tensor input, float lambd=0.5", Softshrink},
    {"fmb", "hardshrink", "Tensor self, float lambd=0.5", Keep},
    {"fmb", "prelu", "Tensor self, Tensor weight", Prelu},
    {"fmij", "relu", "Tensor self", Keep},
    {"fj", "selu", "Tensor self", Keep},
    {"fj", "celu", "Tensor self, float alpha=1.0", Keep},
    {"fj", "rrelu", "Tensor self, float lower=0.125, float upper=0.3333333333333333, bool training=False, any generator=None", Keep},
    {"fjo", "threshold", "Tensor self, float threshold, float value", Keep},
    {"n", "glu", "Tensor input, int dim=-1", Glu},
    {"fmo", "softmax", "Tensor self, int dim, dtype? dtype=None", Softmax},
    {"fmo", "log_softmax", "Tensor self, int dim, dtype? dtype=None", Softmax},
    {"f", "_safe_softmax", "Tensor self, int dim, dtype? dtype=None", Softmax},
    {"n", "softmax log_softmax softmin", "Tensor input, int? dim=None, int _stacklevel=3, dtype? dtype=None", Softmax},
    {"n", "dropout dropout2d dropout3d", TRIDENT_DROPOUT, Dropout},
    {"n", "dropout1d", TRIDENT_DROPOUT, Dropout, 1},
    {"n", "alpha_dropout feature_alpha_dropout", "Tensor input, float p=0.5, bool training=False, bool inplace=False", Dropout},
    {"fj", "dropout alpha_dropout feature_dropout feature_alpha_dropout", "Tensor input, float p, bool train", Dropout},
};

}  // namespace

llvm::ArrayRef<Op> ActivationOps() { return kOps; }

}  // namespace trident::ops
