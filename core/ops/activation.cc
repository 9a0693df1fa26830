// Activations, softmax and dropout: operators that keep the shape of their input.
#include "core/ops/elementwise.h"

namespace trident::ops {
namespace {

// The functional forms name their operand `input`.
Result Activation(Bound& call) {
  TensorType input = call.Tensor("input");
  return call.Return(input.shape, ElementResult(input.dtype, static_cast<ElementKind>(call.data())));
}

Result Hardtanh(Bound& call) {
  std::optional<double> low = call.Number("min_val"), high = call.Number("max_val");
  if (low && high && *low > *high) {
    return call.Fail("argument-value", "hardtanh() needs `min_val` <= `max_val`", "min_val");
  }
  return Activation(call);
}

Result Gelu(Bound& call) {
  if (call.IsStr("approximate") && call.Str("approximate") != "none" && call.Str("approximate") != "tanh") {
    return call.Fail("argument-value", Join("`approximate` of gelu() must be 'none' or 'tanh', not '", call.Str("approximate"), "'"), "approximate");
  }
  return Activation(call);
}

Result Shrink(Bound& call) {
  std::optional<double> lambda = call.Number("lambd");
  if (lambda && *lambda < 0 && call.name() == "softshrink") {
    return call.Fail("argument-value", Join("`lambd` of ", call.name(), "() must not be negative"), "lambd");
  }
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype);
}

Result Prelu(Bound& call) {
  TensorType input = call.Tensor("input"), weight = call.Tensor("weight");
  Dim count = weight.shape.numel();
  if (Known(weight) && Rank(weight) > 1) {
    return call.Fail("tensor-rank", Join("prelu needs a weight of at most 1 dim, it is ", weight.shape), "weight");
  }
  if (Known(input) && ProvablyDifferent(count, Dim(1))) {
    if (Rank(input) == 0) {
      return call.Fail("tensor-rank", Join("prelu with ", count, " weights needs an input with dims"), "input");
    }
    Dim channels = Rank(input) > 1 ? DimsOf(input)[1] : Dim(1);
    if (ProvablyDifferent(count, channels)) {
      return call.Fail("size-mismatch", Join("prelu has ", count, " weights, its input has ", channels, " channels"), "weight", {count, channels});
    }
  }
  if (input.dtype != DType::Unknown && weight.dtype != DType::Unknown && input.dtype != weight.dtype) {
    return call.Fail("dtype-mismatch", Join("prelu needs an input and a weight of one dtype, they are ", input.dtype, " and ", weight.dtype),
                     "weight");
  }
  return call.Return(input.shape, input.dtype);
}

Result Glu(Bound& call) {
  TensorType input = call.Tensor("input");
  if (Known(input) && Rank(input) == 0) {
    return call.Fail("tensor-rank", "glu() needs a tensor with dims, its input is 0-d", "input");
  }
  std::optional<unsigned> axis = call.Axis("dim", input);
  if (!axis) {
    return call.Return(Known(input) ? Shape::Of(Dims(Rank(input))) : Shape(), input.dtype);
  }
  Dims dims = Copy(input);
  Dim& size = dims[*axis];
  if (ProvablyDifferent(Mod(size, Dim(2)), Dim(0))) {
    return call.Fail("size-mismatch", Join("glu() halves dim ", *axis, " of ", input, ", whose size ", size, " is odd"), "input", {size});
  }
  size = FloorDivExact(size, Dim(2));
  return call.Return(dims, input.dtype);
}

Result SoftmaxAlong(Bound& call, llvm::StringRef operand) {
  TensorType input = call.Tensor(operand);
  call.Axis("dim", input);
  return call.Return(input.shape, call.GetDType("dtype", input.dtype));
}

Result Softmax(Bound& call) { return SoftmaxAlong(call, "self"); }
Result FunctionalSoftmax(Bound& call) { return SoftmaxAlong(call, "input"); }

Result SafeSoftmax(Bound& call) {
  TensorType self = call.Tensor("self");
  call.Axis("dim", self);
  return call.Return(self.shape, call.GetDType("dtype", self.dtype));
}

Result Dropout(Bound& call) {
  std::optional<double> p = call.Number("p");
  if (p && (*p < 0 || *p > 1)) {
    return call.Fail("argument-value", "the probability of a dropout must be between 0 and 1", "p");
  }
  TensorType input = call.Tensor("input");
  return call.Return(input.shape, input.dtype);
}

Result NativeDropout(Bound& call) {
  TensorType input = call.Tensor("input");
  return call.ReturnTuple({input, With(input, DType::Bool)});
}

constexpr const char* kPlain = "Tensor input, any inplace=False";
constexpr const char* kDropout = "Tensor input, any p=0.5, any training=True, any inplace=False";
constexpr const char* kNativeDropout = "Tensor input, float p, bool train";
constexpr const char* kSoftmax = "Tensor self, int dim, dtype? dtype=None";
constexpr const char* kFunctionalSoftmax = "Tensor input, any dim=None, any _stacklevel=3, any dtype=None";

constexpr Op kOps[] = {
    {"n", "relu", kPlain, Activation, kSame},
    {"p", "relu", "Tensor input", Activation, kSame},
    {"fmij", "relu", "Tensor self", UnaryRule, kNoBool},
    {"n", "relu6", kPlain, Activation, kSame},
    {"p", "relu6", "Tensor input", Activation, kSame},
    {"n", "silu mish selu hardswish hardsigmoid", kPlain, Activation, kSame},
    {"n", "elu celu", "Tensor input, any alpha=1.0, any inplace=False", Activation, kSame},
    {"np", "leaky_relu", "Tensor input, any negative_slope=0.01, any inplace=False", Activation, kSame},
    {"p", "elu celu selu", "Tensor input, any alpha=1.0", Activation, kSame},
    {"np", "hardtanh", "Tensor input, any min_val=-1.0, any max_val=1.0, any inplace=False", Hardtanh, kSame},
    {"np", "threshold", "Tensor input, any threshold, any value, any inplace=False", Activation, kSame},
    {"fj", "threshold", "Tensor self, Scalar threshold, Scalar value", UnaryRule, kReal},
    {"np", "rrelu", "Tensor input, any lower=0.125, any upper=0.3333333333333333, any training=False, any inplace=False", Activation, kSame},
    {"fj", "rrelu", "Tensor self, Scalar lower=0.125, Scalar upper=0.333, bool training=False, any generator=None", UnaryRule, kReal},
    {"fj", "selu", "Tensor self", UnaryRule, kReal},
    {"fj", "celu", "Tensor self, Scalar alpha=1.0", UnaryRule, kReal},
    {"b", "gelu", "Tensor input, *, str approximate='none'", Gelu, kSame},
    {"b", "softplus", "Tensor input, float beta=1.0, float threshold=20.0", Activation, kSame},
    {"b", "logsigmoid", "Tensor input", Activation, kSame},
    {"n", "sigmoid tanh", "Tensor input", Activation, kFloat},
    {"n", "softsign tanhshrink", "Tensor input", Activation, kFloat},
    {"fbm", "hardshrink", "Tensor self, Scalar lambd=0.5", Shrink},
    {"b", "softshrink", "Tensor self, Scalar lambd=0.5", Shrink},
    {"fb", "prelu", "Tensor input, Tensor weight", Prelu},
    {"m", "prelu", "Tensor input, Tensor weight", Prelu},
    {"n", "glu", "Tensor input, any dim=-1", Glu},
    {"fmo", "softmax log_softmax", kSoftmax, Softmax},
    {"n", "softmax log_softmax softmin", kFunctionalSoftmax, FunctionalSoftmax},
    {"f", "_safe_softmax", "Tensor self, int dim, dtype? dtype=None", SafeSoftmax},
    {"f", "_softmax _log_softmax", "Tensor self, int dim, bool half_to_float", SafeSoftmax},
    {"n", "dropout alpha_dropout dropout1d dropout2d dropout3d", kDropout, Dropout},
    {"n", "feature_alpha_dropout", "Tensor input, any p=0.5, any training=False, any inplace=False", Dropout},
    {"f", "native_dropout", "Tensor input, float p, bool? train", NativeDropout},
    {"fj", "dropout feature_dropout alpha_dropout feature_alpha_dropout", kNativeDropout, Dropout},
};

}  // namespace

llvm::ArrayRef<Op> ActivationOps() { return kOps; }

}  // namespace trident::ops
