// Operators of one or two operands that work element by element: promotion and broadcasting decide their types.
#include "core/ops/elementwise.h"

#include "core/ops/contents.h"

namespace trident::ops {

bool CheckKind(Bound& call, DType dtype, ElementKind kind, llvm::StringRef blame) {
  bool complex = shape::IsComplex(dtype);
  bool refused = false;
  switch (kind) {
    case kIntegral: refused = complex || shape::IsFloating(dtype); break;
    case kNoBool:
    case kNoBoolFloat: refused = dtype == DType::Bool; break;
    case kReal:
    case kRealFloat:
    case kRealToBool: refused = complex; break;
    default: break;
  }
  if (refused) {
    call.Fail("tensor-dtype", Join(call.name(), "() does not take ", dtype, " tensors"), blame);
  }
  return !refused;
}

DType ElementResult(DType dtype, ElementKind kind) {
  switch (kind) {
    case kFloat:
    case kNoBoolFloat:
    case kRealFloat: return FloatOf(dtype);
    case kToBool:
    case kRealToBool: return DType::Bool;
    case kMagnitude: return shape::RealOf(dtype);
    case kAngle: return shape::RealOf(FloatOf(dtype));
    case kDouble: return dtype == DType::Unknown ? dtype : shape::IsComplex(dtype) ? DType::C128 : DType::F64;
    default: return dtype;
  }
}

Result UnaryRule(Bound& call) {
  ElementKind kind = static_cast<ElementKind>(call.data());
  TensorType self = call.Tensor("self");
  CheckKind(call, self.dtype, kind, "self");
  Value result = Value::MakeTensor(Typed(self.shape, ElementResult(self.dtype, kind)));
  result.contents = FoldUnary(call.name(), call.Get("self"), result.tensor);
  return call.Return(std::move(result));
}

Result BinaryRule(Bound& call) {
  ElementKind kind = static_cast<ElementKind>(call.data());
  TensorType self = call.Operand("self"), other = call.Operand("other");
  DType dtype = ResultType({self, other});
  CheckKind(call, dtype, kind, "self");
  Value result = Value::MakeTensor(Typed(call.Broadcast({self, other}), ElementResult(dtype, kind)));
  if (call.name() == "floor_divide" || call.name() == "remainder" || call.name() == "fmod") {
    CheckDivisor(call, result.tensor, "other");
  }
  if (!call.Given("alpha")) {
    result.contents = FoldBinary(call.name(), call.Get("self"), call.Get("other"), result.tensor);
  }
  return call.Return(std::move(result));
}

namespace {

Result Square(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype == DType::Bool ? DType::I64 : self.dtype);
}

Result Imag(Bound& call) {
  TensorType self = call.Tensor("self");
  if (self.dtype != DType::Unknown && !shape::IsComplex(self.dtype)) {
    return call.Fail("tensor-dtype", Join("imag needs a complex tensor, its input is ", self), "self");
  }
  return call.ReturnView(Typed(self.shape, shape::RealOf(self.dtype)));
}

Result Frexp(Bound& call) {
  static constexpr const char* kNames[] = {"mantissa", "exponent"};
  TensorType self = call.Tensor("self");
  return call.ReturnTuple({self, With(self, DType::I32)}, kNames);
}

Result Subtract(Bound& call) {
  TensorType self = call.Operand("self"), other = call.Operand("other");
  if (self.dtype == DType::Bool || other.dtype == DType::Bool) {
    return call.Fail("tensor-dtype", Join(call.name(), "() does not take bools; `~` inverts a mask, `^` gives the difference of two"),
                     self.dtype == DType::Bool ? "self" : "other");
  }
  Value result = Value::MakeTensor(Typed(call.Broadcast({self, other}), ResultType({self, other})));
  if (!call.Given("alpha")) {
    result.contents = FoldBinary(call.name(), call.Get("self"), call.Get("other"), result.tensor);
  }
  return call.Return(std::move(result));
}

Result Divide(Bound& call) {
  TensorType self = call.Operand("self"), other = call.Operand("other");
  DType dtype = ResultType({self, other});
  Shape shape = call.Broadcast({self, other});
  const Value& mode = call.Get("rounding_mode");
  if (mode.is_none()) {
    return call.Return(shape, FloatOf(dtype));
  }
  if (!call.IsStr("rounding_mode")) {
    return call.Return(shape, FloatOf(dtype) == dtype ? dtype : DType::Unknown);
  }
  CheckDivisor(call, Typed(shape, dtype), "other");
  if (mode.text != "trunc" && mode.text != "floor") {
    return call.Fail("argument-value", Join("`rounding_mode` must be None, 'trunc' or 'floor', not '", mode.text, "'"), "rounding_mode");
  }
  return call.Return(shape, dtype);
}

Result Power(Bound& call) {
  TensorType self = call.Operand("self"), exponent = call.Operand("exponent");
  DType dtype = ResultType({self, exponent});
  const Value& value = call.Get("exponent");
  if (shape::IsIntegral(self.dtype) && value.kind == Value::Kind::Int && value.dim.is_constant() && value.dim.constant() < 0) {
    return call.Fail("argument-value",
                     Join("an ", self.dtype, " tensor cannot be raised to the negative power ", value.dim, "; make it floating point first"),
                     "exponent");
  }
  Shape shape = call.Broadcast({self, exponent});
  return call.Return(shape, ElementResult(dtype, static_cast<ElementKind>(call.data())));
}

constexpr const char* kOne = "Tensor self";
// Which operands may be Python numbers: any, the second, one of both, none.
constexpr const char* kAny = "Operand self, Operand other";
constexpr const char* kSecond = "Tensor self, Operand other";
constexpr const char* kEither = "Tensor self, Operand other | Operand self, Tensor other";
constexpr const char* kNone = "Tensor self, Tensor other";

constexpr Op kOps[] = {
    {"fmijo", "abs absolute", kOne, UnaryRule, kMagnitude},
    {"fmijo", "acos arccos", kOne, UnaryRule, kFloat},
    {"fmijo", "acosh arccosh", kOne, UnaryRule, kFloat},
    {"fmijo", "asin arcsin", kOne, UnaryRule, kFloat},
    {"fmijo", "asinh arcsinh", kOne, UnaryRule, kFloat},
    {"fmijo", "atan arctan", kOne, UnaryRule, kFloat},
    {"fmijo", "atanh arctanh", kOne, UnaryRule, kFloat},
    {"fmo", "angle", kOne, UnaryRule, kAngle},
    {"fmijo", "bitwise_not", kOne, UnaryRule, kIntegral},
    {"fmijo", "ceil", kOne, UnaryRule, kReal},
    {"fmijo", "cos", kOne, UnaryRule, kFloat},
    {"fmijo", "cosh", kOne, UnaryRule, kFloat},
    {"fmijo", "deg2rad", kOne, UnaryRule, kRealFloat},
    {"fmijo", "digamma", kOne, UnaryRule, kRealFloat},
    {"fmijo", "erf", kOne, UnaryRule, kRealFloat},
    {"fmijo", "erfc", kOne, UnaryRule, kRealFloat},
    {"fmijo", "erfinv", kOne, UnaryRule, kRealFloat},
    {"fmijo", "exp", kOne, UnaryRule, kFloat},
    {"fmijo", "exp2", kOne, UnaryRule, kFloat},
    {"fmijo", "expm1", kOne, UnaryRule, kFloat},
    {"fmijo", "floor", kOne, UnaryRule, kReal},
    {"fmijo", "frac", kOne, UnaryRule, kReal},
    {"fmo", "frexp", kOne, Frexp},
    {"fmijo", "i0", kOne, UnaryRule, kRealFloat},
    {"fm", "isfinite", kOne, UnaryRule, kToBool},
    {"fm", "isinf", kOne, UnaryRule, kToBool},
    {"fm", "isnan", kOne, UnaryRule, kToBool},
    {"fmo", "isneginf", kOne, UnaryRule, kRealToBool},
    {"fmo", "isposinf", kOne, UnaryRule, kRealToBool},
    {"fm", "isreal", kOne, UnaryRule, kToBool},
    {"fmijo", "lgamma", kOne, UnaryRule, kRealFloat},
    {"fmijo", "log", kOne, UnaryRule, kFloat},
    {"fmijo", "log10", kOne, UnaryRule, kFloat},
    {"fmijo", "log1p", kOne, UnaryRule, kFloat},
    {"fmijo", "log2", kOne, UnaryRule, kFloat},
    {"fmijo", "logical_not", kOne, UnaryRule, kToBool},
    {"fmijo", "logit", "Tensor self, float? eps=None", UnaryRule, kRealFloat},
    {"fmijo", "nan_to_num", "Tensor self, float? nan=None, float? posinf=None, float? neginf=None", UnaryRule, kSame},
    {"fmijo", "neg negative", kOne, UnaryRule, kNoBool},
    {"fm", "positive", kOne, UnaryRule, kNoBool},
    {"fmijo", "rad2deg", kOne, UnaryRule, kRealFloat},
    {"fmijo", "reciprocal", kOne, UnaryRule, kFloat},
    {"fmijo", "round", "Tensor self, *, int decimals=0", UnaryRule, kReal},
    {"fmijo", "rsqrt", kOne, UnaryRule, kFloat},
    {"fmijo", "sgn", kOne, UnaryRule, kSame},
    {"fmijo", "sigmoid", kOne, UnaryRule, kFloat},
    {"fmijo", "sign", kOne, UnaryRule, kReal},
    {"fmo", "signbit", kOne, UnaryRule, kRealToBool},
    {"fmijo", "sin", kOne, UnaryRule, kFloat},
    {"fmijo", "sinc", kOne, UnaryRule, kFloat},
    {"fmijo", "sinh", kOne, UnaryRule, kFloat},
    {"fmijo", "sqrt", kOne, UnaryRule, kFloat},
    {"fmijo", "square", kOne, Square},
    {"fmijo", "tan", kOne, UnaryRule, kFloat},
    {"fmijo", "tanh", kOne, UnaryRule, kFloat},
    {"fmijo", "trunc fix", kOne, UnaryRule, kReal},
    {"fmijo", "conj_physical", kOne, UnaryRule, kSame},
    {"fm", "conj resolve_conj resolve_neg", kOne, UnaryRule, kSame},
    {"f", "real", kOne, UnaryRule, kMagnitude},
    {"f", "imag", kOne, Imag},

    {"fmio", "add", "Operand self, Operand other, *, Scalar alpha=1", BinaryRule, kSame},
    {"m", "__radd__", kSecond, BinaryRule, kSame},
    {"fmio", "sub subtract", "Operand self, Operand other, *, Scalar alpha=1", Subtract},
    {"fm", "rsub", "Tensor self, Operand other, *, Scalar alpha=1", Subtract},
    {"m", "__rsub__", kSecond, Subtract},
    {"fmio", "mul multiply", kAny, BinaryRule, kSame},
    {"m", "__rmul__", kSecond, BinaryRule, kSame},
    {"fmio", "div divide", "Operand self, Operand other, *, str? rounding_mode=None", Divide},
    {"fmio", "true_divide", kAny, BinaryRule, kFloat},
    {"m", "__rdiv__ __rtruediv__", kSecond, BinaryRule, kFloat},
    {"fmio", "floor_divide", kAny, BinaryRule, kReal},
    {"m", "__rfloordiv__", kSecond, BinaryRule, kReal},
    {"fmiou", "remainder", kEither, BinaryRule, kReal},
    {"m", "__rmod__", kSecond, BinaryRule, kReal},
    {"fmio", "fmod", kSecond, BinaryRule, kReal},
    {"fmiou", "pow", "Tensor self, Operand exponent | Operand self, Tensor exponent", Power, kSame},
    {"m", "__rpow__", kSecond, BinaryRule, kSame},
    {"fmiou", "float_power", "Tensor self, Operand exponent | Operand self, Tensor exponent", Power, kDouble},
    {"fmio", "atan2 arctan2", kNone, BinaryRule, kRealFloat},
    {"fmio", "copysign", kSecond, BinaryRule, kRealFloat},
    {"fmio", "hypot", kNone, BinaryRule, kReal},
    {"fmio", "nextafter", kNone, BinaryRule, kReal},
    {"fmijo", "gcd", kNone, BinaryRule, kIntegral},
    {"fmijo", "lcm", kNone, BinaryRule, kIntegral},
    {"fmijou", "xlogy", kEither, BinaryRule, kRealFloat},
    {"fmo", "logaddexp", kNone, BinaryRule, kFloat},
    {"fmo", "logaddexp2", kNone, BinaryRule, kFloat},
    {"fmijo", "ldexp", kNone, BinaryRule, kFloat},
    {"fmio", "igamma", kNone, BinaryRule, kRealFloat},
    {"fmio", "igammac", kNone, BinaryRule, kRealFloat},
    {"fmo", "maximum", kNone, BinaryRule, kReal},
    {"fmo", "minimum", kNone, BinaryRule, kReal},
    {"fmo", "fmax", kNone, BinaryRule, kReal},
    {"fmo", "fmin", kNone, BinaryRule, kReal},
    {"fmiou", "bitwise_and", kEither, BinaryRule, kIntegral},
    {"fmiou", "bitwise_or", kEither, BinaryRule, kIntegral},
    {"fmiou", "bitwise_xor", kEither, BinaryRule, kIntegral},
    {"fmiou", "bitwise_left_shift", kEither, BinaryRule, kIntegral},
    {"fmiou", "bitwise_right_shift", kEither, BinaryRule, kIntegral},
    {"m", "__rand__ __and__ __ror__ __or__ __rxor__ __xor__ __lshift__ __rshift__", kSecond, BinaryRule, kIntegral},
    {"fmio", "eq", kSecond, BinaryRule, kToBool},
    {"fmio", "ne not_equal", kSecond, BinaryRule, kToBool},
    {"fmio", "lt less", kSecond, BinaryRule, kRealToBool},
    {"fmio", "le less_equal", kSecond, BinaryRule, kRealToBool},
    {"fmio", "gt greater", kSecond, BinaryRule, kRealToBool},
    {"fmio", "ge greater_equal", kSecond, BinaryRule, kRealToBool},
    {"fmio", "logical_and", kNone, BinaryRule, kToBool},
    {"fmio", "logical_or", kNone, BinaryRule, kToBool},
    {"fmio", "logical_xor", kNone, BinaryRule, kToBool},
};

}  // namespace

llvm::ArrayRef<Op> ElementwiseOps() { return kOps; }

}  // namespace trident::ops
