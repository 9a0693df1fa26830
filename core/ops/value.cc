#include "core/ops/ops.h"

namespace trident::ops {

Value Value::MakeTensor(shape::TensorType type) {
  Value value;
  value.kind = Kind::Tensor;
  value.tensor = type;
  return value;
}

Value Value::MakeInt(shape::Dim dim) {
  Value value;
  value.kind = Kind::Int;
  value.dim = dim;
  return value;
}

Value Value::MakeFloat(double number) {
  Value value;
  value.kind = Kind::Float;
  value.number = number;
  return value;
}

Value Value::MakeSomeFloat() {
  Value value;
  value.kind = Kind::Float;
  value.known = false;
  return value;
}

Value Value::MakeBool(bool truth) {
  Value value;
  value.kind = Kind::Bool;
  value.dim = shape::Dim(truth);
  return value;
}

Value Value::MakeSomeBool() {
  Value value;
  value.kind = Kind::Bool;
  value.known = false;
  return value;
}

Value Value::MakeStr(llvm::StringRef text) {
  Value value;
  value.kind = Kind::Str;
  value.text = text.str();
  return value;
}

Value Value::MakeNone() {
  Value value;
  value.kind = Kind::None;
  return value;
}

Value Value::MakeUnknown() { return Value(); }

Value Value::MakeSomeStr() {
  Value value;
  value.some_text = true;
  return value;
}

Value Value::MakeDType(shape::DType dtype) {
  Value value;
  value.kind = Kind::DType;
  value.dtype = dtype;
  return value;
}

Value Value::MakeTuple(std::vector<Value> elements, llvm::ArrayRef<const char*> names) {
  Value value;
  value.kind = Kind::Tuple;
  value.elements = std::move(elements);
  value.names = names;
  return value;
}

Value Value::MakeList(std::vector<Value> elements) {
  Value value;
  value.kind = Kind::List;
  value.elements = std::move(elements);
  return value;
}

}  // namespace trident::ops
