// Element-by-element operators of three operands, and those with conditions of their own on dtypes.
#include "core/ops/elementwise.h"

namespace trident::ops {
namespace {

// Both tensors have one dtype, as far as known.
bool CheckSame(Bound& call, llvm::StringRef left, llvm::StringRef right) {
  DType a = call.Tensor(left).dtype, b = call.Tensor(right).dtype;
  if (a == b || a == DType::Unknown || b == DType::Unknown) {
    return true;
  }
  call.Fail("dtype-mismatch",
            Join(call.name(), "() needs tensors of one dtype, `", left == "self" ? "input" : left, "` is ", a, " and `", right, "` is ", b), right);
  return false;
}

Result Heaviside(Bound& call) {
  CheckSame(call, "self", "values");
  TensorType self = call.Tensor("self"), values = call.Tensor("values");
  CheckKind(call, self.dtype, kReal, "self");
  return call.Return(call.Broadcast({self, values}), self.dtype);
}

Result IsClose(Bound& call) {
  CheckSame(call, "self", "other");
  for (const char* name : {"rtol", "atol"}) {
    std::optional<double> tolerance = call.Number(name);
    if (tolerance && *tolerance < 0) {
      call.Fail("argument-value", Join("`", name, "` of ", call.name(), "() must not be negative"), name);
    }
  }
  Shape shape = call.Broadcast({call.Tensor("self"), call.Tensor("other")});
  return call.data() ? call.Return(Value::MakeSomeBool()) : call.Return(shape, DType::Bool);
}

Result Equal(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  bool differ = Known(self) && Known(other) && Rank(self) != Rank(other);
  for (unsigned i = 0; !differ && Known(self) && Known(other) && i < Rank(self); ++i) {
    differ = ProvablyDifferent(DimsOf(self)[i], DimsOf(other)[i]);
  }
  return call.Return(differ ? Value::MakeBool(false) : Value::MakeSomeBool());
}

Result Lerp(Bound& call) {
  CheckSame(call, "self", "end");
  TensorType self = call.Tensor("self"), end = call.Tensor("end");
  const Value& weight = call.Get("weight");
  if (weight.is_tensor()) {
    if (Known(weight.tensor) && Rank(weight.tensor) > 0) {
      CheckSame(call, "self", "weight");
    }
    return call.Return(call.Broadcast({self, end, weight.tensor}), self.dtype);
  }
  return call.Return(call.Broadcast({self, end}), self.dtype);
}

Result AddC(Bound& call) {
  TensorType self = call.Tensor("self"), first = call.Tensor("tensor1"), second = call.Tensor("tensor2");
  bool divides = call.data() != 0;
  auto integral = [](const TensorType& type) { return shape::IsIntegral(type.dtype) || type.dtype == DType::Bool; };
  if (divides && integral(first) && integral(second)) {
    call.Fail("tensor-dtype", "addcdiv() does not divide integers; make one operand floating point", "tensor1");
  }
  return call.Return(call.Broadcast({self, first, second}), ResultType({self, first, second}));
}

Result Clamp(Bound& call) {
  TensorType self = call.Tensor("self");
  llvm::SmallVector<TensorType, 3> types = {self};
  for (const char* name : {"min", "max"}) {
    if (call.Has(name)) {
      types.push_back(call.Operand(name));
    }
  }
  if (types.size() == 1) {
    return call.Fail("missing-argument", Join(call.name(), "() needs `min` or `max`"));
  }
  DType dtype = ResultType(types);
  CheckKind(call, dtype, kReal, "self");
  return call.Return(call.Broadcast(types), dtype);
}

Result Where(Bound& call) {
  TensorType condition = call.Tensor("condition");
  bool selects = call.overload() != 1;
  if (selects && condition.dtype != DType::Unknown && condition.dtype != DType::Bool && condition.dtype != DType::U8) {
    return call.Fail("tensor-dtype", Join("the condition of where() must be a bool tensor, it is ", condition), "condition");
  }
  if (!selects) {  // where(condition): the indices of the true elements, a tensor for each dim.
    if (!Known(condition)) {
      return call.GiveUp("the rank of the condition is unknown");
    }
    TensorType places = Typed({SomeOf(condition.shape.numel())}, DType::I64);
    return call.Return(std::vector<TensorType>(std::max(1u, Rank(condition)), places));
  }
  TensorType self = call.Operand("self"), other = call.Operand("other");
  return call.Return(call.Broadcast({condition, self, other}), ResultType({self, other}));
}

Result MakeComplex(Bound& call) {
  llvm::StringRef first = call.data() ? "abs" : "real", second = call.data() ? "angle" : "imag";
  CheckSame(call, first, second);
  TensorType a = call.Tensor(first), b = call.Tensor(second);
  for (const TensorType& type : {a, b}) {
    if (type.dtype != DType::Unknown && type.dtype != DType::F16 && type.dtype != DType::F32 && type.dtype != DType::F64) {
      call.Fail("tensor-dtype", Join(call.name(), "() needs f16, f32 or f64 tensors, not ", type.dtype), first);
    }
  }
  return call.Return(call.Broadcast({a, b}), shape::ComplexOf(a.dtype));
}

Result Fill(Bound& call) {
  TensorType value = call.Tensor("value");
  if (Known(value) && Rank(value) > 0) {
    return call.Fail("tensor-rank", Join(call.name(), "() needs a number or a 0-d tensor, `value` is ", value.shape), "value");
  }
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype);
}

Result MaskedFill(Bound& call) {
  TensorType self = call.Tensor("self"), mask = call.Tensor("mask"), value = call.Operand("value");
  if (mask.dtype != DType::Unknown && mask.dtype != DType::Bool) {
    call.Fail("tensor-dtype", Join("the mask of ", call.name(), "() must be a bool tensor, it is ", mask), "mask");
  }
  if (call.Get("value").is_tensor() && Known(value) && Rank(value) > 0) {
    call.Fail("tensor-rank", Join(call.name(), "() needs a number or a 0-d tensor, `value` is ", value.shape), "value");
  }
  if (!shape::CanCast(value.dtype, self.dtype) && Category(value.dtype) == 3) {
    call.Fail("result-cast", Join("a complex value cannot be written into ", self), "value");
  }
  return call.Return(call.Broadcast({self, mask}), self.dtype);
}

// Conditions alone: the result is the input itself.
Result Same(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype);
}

constexpr Op kOps[] = {
    {"fmio", "heaviside", "Tensor self, Tensor values", Heaviside},
    {"fm", "isclose", "Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False", IsClose, 0},
    {"fm", "allclose", "Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False", IsClose, 1},
    {"fm", "equal", "Tensor self, Tensor other", Equal},
    {"fmio", "lerp", "Tensor self, Tensor end, Operand weight", Lerp},
    // The second form is deprecated, and still understood.
    {"fmio", "addcmul", "Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1 | Tensor self, Scalar value, Tensor tensor1, Tensor tensor2", AddC, 0},
    {"fmio", "addcdiv", "Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1 | Tensor self, Scalar value, Tensor tensor1, Tensor tensor2", AddC, 1},
    {"fmijo", "clamp clip", "Tensor self, Operand? min=None, Operand? max=None", Clamp},
    {"fmijo", "clamp_min", "Tensor self, Operand min", Clamp},
    {"fmijo", "clamp_max", "Tensor self, Operand max", Clamp},
    {"fo", "where", "Tensor condition, Operand self, Operand other | Tensor condition", Where},
    {"m", "where", "Tensor self, Tensor condition, Operand other", Where},
    {"fo", "complex", "Tensor real, Tensor imag", MakeComplex, 0},
    {"fo", "polar", "Tensor abs, Tensor angle", MakeComplex, 1},
    {"fijm", "fill", "Tensor self, Scalar value", Fill},
    {"mijf", "zero", "Tensor self", Same},
    {"fmi", "masked_fill", "Tensor self, Tensor mask, Operand value", MaskedFill},
};

}  // namespace

llvm::ArrayRef<Op> ElementwiseMixedOps() { return kOps; }

}  // namespace trident::ops
