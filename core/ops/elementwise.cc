// Operators that work element by element: dtype promotion and broadcasting are all that their types depend on.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

// How the result's dtype follows from the operands'.
enum Kind : int {
  kSame,      // theirs, promoted
  kFloat,     // theirs, promoted; floating point for integers
  kBool,
  kNoBool,    // theirs; bools are refused
  kIntegral,  // theirs; floating point is refused
  kReal,      // theirs; complex is refused
  kRealFloat, // floating point; complex is refused
  kMagnitude, // theirs; the real counterpart of complex
  kBoolReal,  // bool; complex is refused
};

bool CheckKind(Bound& call, DType dtype, Kind kind, llvm::StringRef blame) {
  bool refused = (kind == kIntegral && (shape::IsFloating(dtype) || shape::IsComplex(dtype))) || (kind == kNoBool && dtype == DType::Bool) ||
                 ((kind == kReal || kind == kRealFloat || kind == kBoolReal) && shape::IsComplex(dtype));
  if (refused) {
    call.Fail("tensor-dtype", Join(call.name(), "() does not take ", dtype, " tensors"), blame);
  }
  return !refused;
}

DType ResultOf(DType dtype, Kind kind) {
  switch (kind) {
    case kFloat:
    case kRealFloat: return FloatOf(dtype);
    case kBool:
    case kBoolReal: return DType::Bool;
    case kMagnitude: return shape::RealOf(dtype);
    default: return dtype;
  }
}

Result Unary(Bound& call) {
  Kind kind = static_cast<Kind>(call.data());
  TensorType self = call.Operand("self");
  CheckKind(call, self.dtype, kind, "self");
  return call.Return(self.shape, ResultOf(self.dtype, kind));
}

Result Binary(Bound& call) {
  Kind kind = static_cast<Kind>(call.data());
  TensorType self = call.Operand("self"), other = call.Operand("other");
  DType dtype = ResultType({self, other});
  CheckKind(call, dtype, kind, "self");
  return call.Return(call.Broadcast({self, other}), ResultOf(dtype, kind));
}

constexpr const char* kUnarySchema = "Tensor self";
constexpr const char* kBinarySchema = "Operand self, Operand other";

constexpr Op kOps[] = {
    {"fmijo", "abs absolute", kUnarySchema, Unary, kMagnitude},
    {"fmijo", "exp", kUnarySchema, Unary, kFloat},
    {"fmijo", "sin", kUnarySchema, Unary, kFloat},
    {"fmijo", "neg negative", kUnarySchema, Unary, kNoBool},
    {"fmijo", "bitwise_not", kUnarySchema, Unary, kIntegral},
    {"fmijo", "mul multiply", kBinarySchema, Binary, kSame},
    {"fmio", "eq", kBinarySchema, Binary, kBool},
};

}  // namespace

llvm::ArrayRef<Op> ElementwiseOps() { return kOps; }

}  // namespace trident::ops
