// Python's operators on tensors, and the attributes of a tensor that are no methods.
#include "core/ops/rule.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::ops {
namespace {

using Kind = Value::Kind;

Result Ok(Value value) {
  Result result;
  result.status = Result::Status::Ok;
  result.value = std::move(value);
  return result;
}

Result Fails(const char* slug, std::string message) {
  Result result;
  result.status = Result::Status::Error;
  result.error.slug = slug;
  result.error.message = std::move(message);
  return result;
}

Result Unsure(std::string reason) {
  Result result;
  result.reason = std::move(reason);
  return result;
}

// Calls the operator's function and lets its messages speak of the operator.
Result CallFor(llvm::StringRef sign, llvm::StringRef function, llvm::ArrayRef<Argument> arguments) {
  OpId op = Find(function);
  if (op == kNoOp) {
    return Unsure(Join("no rule for ", sign));
  }
  Result result = Call(op, arguments);
  std::string word = Join(function.rsplit('.').second, "()");
  size_t place = result.error.message.find(word);
  if (result.status == Result::Status::Error && place != std::string::npos) {
    result.error.message.replace(place, word.size(), Join("`", sign, "`"));
  }
  return result;
}

bool IsOperand(const Value& value) {
  return value.is_tensor() || value.kind == Kind::Int || value.kind == Kind::Float || value.kind == Kind::Bool || value.kind == Kind::Complex;
}

Value Sizes(const TensorType& type) {
  std::vector<Value> sizes;
  for (Dim dim : DimsOf(type)) {
    sizes.push_back(Value::MakeInt(dim));
  }
  Value value = Value::MakeTuple(std::move(sizes));
  value.length_known = Known(type);
  return value;
}

Result CallUnary(const char* function, const Value& tensor) { return CallFor(function, function, Argument{{}, tensor}); }

}  // namespace

Result BinaryOperator(llvm::StringRef op, const Value& left, const Value& right) {
  // Python asks the tensor on the right of a comparison in mirrored form.
  if (!left.is_tensor() && right.is_tensor()) {
    llvm::StringRef mirrored =
        llvm::StringSwitch<llvm::StringRef>(op).Case("<", ">").Case("<=", ">=").Case(">", "<").Case(">=", "<=").Cases("==", "!=", op).Default("");
    if (!mirrored.empty()) {
      return BinaryOperator(mirrored, right, left);
    }
  }
  llvm::StringRef function = llvm::StringSwitch<llvm::StringRef>(op)
                                 .Case("+", "torch.add")
                                 .Case("-", "torch.sub")
                                 .Case("*", "torch.mul")
                                 .Case("/", "torch.div")
                                 .Case("//", "torch.floor_divide")
                                 .Case("%", "torch.remainder")
                                 .Case("**", "torch.pow")
                                 .Case("@", "torch.matmul")
                                 .Case("&", "torch.bitwise_and")
                                 .Case("|", "torch.bitwise_or")
                                 .Case("^", "torch.bitwise_xor")
                                 .Case("<<", "torch.bitwise_left_shift")
                                 .Case(">>", "torch.bitwise_right_shift")
                                 .Case("==", "torch.eq")
                                 .Case("!=", "torch.ne")
                                 .Case("<", "torch.lt")
                                 .Case("<=", "torch.le")
                                 .Case(">", "torch.gt")
                                 .Case(">=", "torch.ge")
                                 .Default("");
  if (function.empty()) {
    return Unsure(Join("no rule for the operator ", op));
  }
  for (const Value* operand : {&left, &right}) {
    if (IsOperand(*operand)) {
      continue;
    }
    bool plain = operand->is_none() || operand->kind == Kind::Str || operand->kind == Kind::DType || operand->kind == Kind::Slice;
    if (plain && (op == "==" || op == "!=")) {
      return Ok(Value::MakeBool(op == "!="));
    }
    if (plain) {
      return Fails("argument-type", Join("`", op, "` takes a tensor and a tensor or number, not ", Describe(*operand)));
    }
    if (operand->kind != Kind::Unknown) {
      return Unsure(Join("`", op, "` of a tensor and ", Describe(*operand)));
    }
  }
  return CallFor(op, function, {Argument{{}, left}, Argument{{}, right}});
}

Result UnaryOperator(llvm::StringRef op, const Value& operand) {
  if (op == "+") {
    return Ok(operand);
  }
  llvm::StringRef function = op == "-" ? "torch.neg" : op == "~" ? "torch.bitwise_not" : op == "abs" ? "torch.abs" : "";
  return function.empty() ? Unsure(Join("no rule for the operator ", op)) : CallFor(op, function, Argument{{}, operand});
}

Result TensorAttribute(const Value& tensor, llvm::StringRef name) {
  const TensorType& type = tensor.tensor;
  if (name == "shape") {
    return Ok(Sizes(type));
  }
  if (name == "dtype") {
    return Ok(Value::MakeDType(type.dtype));
  }
  if (name == "ndim") {
    return Ok(Value::MakeInt(Known(type) ? Dim(Rank(type)) : Dim::Unknown()));
  }
  if (name == "itemsize") {
    return Ok(Value::MakeInt(type.dtype == DType::Unknown ? Dim::Unknown() : Dim(shape::ItemSize(type.dtype))));
  }
  if (name == "nbytes") {
    return Ok(Value::MakeInt(type.dtype == DType::Unknown ? Dim::Unknown() : type.shape.numel() * Dim(shape::ItemSize(type.dtype))));
  }
  if (name == "device") {
    Value device;
    device.kind = Kind::Device;
    return Ok(std::move(device));
  }
  if (name == "data") {
    return Ok(tensor);
  }
  const char* function = llvm::StringSwitch<const char*>(name)
                             .Case("T", "torch.Tensor.numpy_T")
                             .Case("mT", "torch.Tensor.matrix_T")
                             .Case("H", "torch.Tensor.matrix_H")
                             .Case("mH", "torch.Tensor.adjoint")
                             .Case("real", "torch.real")
                             .Case("imag", "torch.imag")
                             .Default(nullptr);
  if (function) {
    return CallUnary(function, tensor);
  }
  bool is_bool = llvm::StringSwitch<bool>(name)
                     .Cases("requires_grad", "is_leaf", "is_cuda", "is_cpu", "is_meta", "is_mps", "is_xpu", "is_sparse", "retains_grad", true)
                     .Cases("is_quantized", "is_sparse_csr", "is_mkldnn", "is_nested", "is_xla", "is_ipu", "is_maia", "is_vulkan", "is_mtia", true)
                     .Default(false);
  if (is_bool) {
    return Ok(Value::MakeSomeBool());
  }
  return Unsure(Join("no rule for the attribute ", name));
}

}  // namespace trident::ops
