#include "core/ops/rule.h"

#include <algorithm>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

// Operators keep the order of their operands in memory, so a result is known to be contiguous when they all are.
bool AllContiguous(const Value& value) {
  if (value.is_tensor()) {
    return value.tensor.contiguity == Contiguity::Yes;
  }
  if (value.kind == Kind::List || value.kind == Kind::Tuple) {
    return value.length_known && std::all_of(value.elements.begin(), value.elements.end(), AllContiguous);
  }
  return value.kind != Kind::Unknown;
}

void FillContiguity(Value& value, Contiguity contiguity) {
  if (value.is_tensor() && value.tensor.contiguity == Contiguity::Unknown) {
    value.tensor.contiguity = contiguity;
  }
  for (Value& element : value.elements) {
    FillContiguity(element, contiguity);
  }
}

DType Combine(std::optional<DType> higher, std::optional<DType> lower) {
  if (!higher || !lower) {
    return higher ? *higher : lower.value_or(DType::Unknown);
  }
  if (shape::IsComplex(*higher)) {
    return *higher;
  }
  if (shape::IsFloating(*higher)) {
    return shape::IsComplex(*lower) ? shape::ComplexOf(*higher) : *higher;
  }
  bool stronger = *higher == DType::Bool || shape::IsFloating(*lower) || shape::IsComplex(*lower);
  return stronger ? Promote(*higher, *lower) : *higher;
}

// `dimensional`: how to treat each operand of unknown rank, a bit each.
DType ResultTypeAssuming(llvm::ArrayRef<TensorType> types, unsigned dimensional) {
  std::optional<DType> with_dims, zero_dim, number;
  unsigned unknown = 0;
  for (const TensorType& type : types) {
    bool has_dims = Known(type) ? Rank(type) > 0 : (dimensional >> unknown++ & 1) != 0;
    std::optional<DType>& into = has_dims ? with_dims : type.zero_dim_scalar ? number : zero_dim;
    into = into ? Promote(*into, type.dtype) : type.dtype;
  }
  std::optional<DType> lower = zero_dim || number ? std::optional<DType>(Combine(zero_dim, number)) : std::nullopt;
  return Combine(with_dims, lower);
}

}  // namespace

DType ResultType(llvm::ArrayRef<TensorType> types) {
  unsigned unknown = 0;
  for (const TensorType& type : types) {
    if (type.dtype == DType::Unknown) {
      return DType::Unknown;
    }
    unknown += !Known(type);
  }
  if (unknown > 4) {
    return DType::Unknown;
  }
  DType result = ResultTypeAssuming(types, 0);
  for (unsigned assumed = 1; assumed < 1u << unknown; ++assumed) {
    if (ResultTypeAssuming(types, assumed) != result) {
      return DType::Unknown;
    }
  }
  return result;
}

Result Bound::Fail(const char* slug, std::string message, llvm::StringRef blame, std::initializer_list<Dim> sizes) {
  if (!failed_) {
    failed_ = true;
    int index = blame.empty() ? -1 : IndexOf(blame);
    failure_.status = Result::Status::Error;
    failure_.error = ops::Error{slug, std::move(message), index >= 0 ? binding_.places[index] : -1, {}};
    failure_.error.sizes.assign(sizes.begin(), sizes.end());
  }
  return failure_;
}

Result Bound::GiveUp(std::string reason) {
  if (!failed_) {
    failed_ = true;
    failure_.reason = std::move(reason);
  }
  return failure_;
}

Result Bound::Return(Value value) {
  Result result;
  result.status = Result::Status::Ok;
  result.value = std::move(value);
  return result;
}

Result Bound::Return(TensorType type) {
  type.zero_dim_scalar = false;
  return Return(Value::MakeTensor(type));
}

Result Bound::Return(Shape shape, DType dtype) { return Return(Typed(shape, dtype)); }

Result Bound::ReturnTuple(std::initializer_list<TensorType> types, llvm::ArrayRef<const char*> names) {
  std::vector<Value> elements;
  for (const TensorType& type : types) {
    elements.push_back(Value::MakeTensor(type));
  }
  return Return(Value::MakeTuple(std::move(elements), names));
}

Result Bound::Return(const std::vector<TensorType>& types, bool as_list) {
  std::vector<Value> elements;
  for (const TensorType& type : types) {
    elements.push_back(Value::MakeTensor(type));
  }
  return Return(as_list ? Value::MakeList(std::move(elements)) : Value::MakeTuple(std::move(elements)));
}

Result Bound::ReturnView(TensorType type) {
  view_ = true;
  return Return(type);
}

bool Bound::ApplyOut(Result& result) {
  if (binding_.out_place < 0 || result.status != Result::Status::Ok) {
    return true;
  }
  const Value& out = arguments_[binding_.out_place].value;
  if (out.is_none()) {
    return true;
  }
  result.writes = binding_.out_place;
  if (!result.value.is_tensor()) {
    return true;
  }
  TensorType& type = result.value.tensor;
  if (!out.is_tensor()) {
    if (out.kind != Kind::Unknown) {
      Fail("argument-type", Join("`out` of ", name_, "() must be a tensor, not ", Describe(out)));
      return false;
    }
    type.dtype = DType::Unknown;
    return true;
  }
  if (!shape::CanCast(type.dtype, out.tensor.dtype)) {
    Fail("result-cast",
         Join("the result of ", name_, "() is ", type.dtype, ", which cannot be written into the ", out.tensor.dtype, " tensor given as `out`"));
    return false;
  }
  type.dtype = out.tensor.dtype;
  return true;
}

bool Bound::ApplyInPlace(Result& result) {
  if (!in_place_ || result.status != Result::Status::Ok || !result.value.is_tensor() || arguments_.empty()) {
    return true;
  }
  result.writes = 0;
  const Value& self = arguments_[0].value;
  if (view_ || !self.is_tensor()) {
    return true;
  }
  const TensorType& type = result.value.tensor;
  if (!shape::CanCast(type.dtype, self.tensor.dtype)) {
    Fail("result-cast", Join("the result of ", name_, "() is ", type.dtype, ", which cannot be written into its ", self.tensor.dtype, " tensor"));
    return false;
  }
  if (Known(type) && Known(self.tensor)) {
    bool clash = Rank(type) != Rank(self.tensor);
    for (size_t i = 0; !clash && i < Rank(type); ++i) {
      clash = ProvablyDifferent(DimsOf(type)[i], DimsOf(self.tensor)[i]);
    }
    if (clash) {
      Fail("inplace-shape", Join(name_, "() would give ", type.shape, ", which does not fit into its tensor ", self.tensor.shape));
      return false;
    }
  }
  result.value.tensor = self.tensor;
  return true;
}

Result Bound::Finish(Result result) {
  if (failed_ || !ApplyOut(result) || !ApplyInPlace(result)) {
    return failure_;
  }
  // Factorisations come column by column, transforms in the order of their dims.
  bool any_order = llvm::StringRef(op_.where).find_first_of("vlt") != llvm::StringRef::npos;
  if (result.status == Result::Status::Ok && !view_ && !any_order) {
    bool all = std::all_of(arguments_.begin(), arguments_.end(), [](const Argument& argument) { return AllContiguous(argument.value); });
    if (all) {
      FillContiguity(result.value, Contiguity::Yes);
    }
  }
  result.assumptions = std::move(assumptions_);
  return result;
}

Shape Bound::Broadcast(llvm::ArrayRef<TensorType> types) {
  Shape all = Shape::Scalar();
  for (const TensorType& type : types) {
    shape::Broadcast step = shape::BroadcastShapes(all, type.shape);
    if (step.failed_axis >= 0) {
      Fail("broadcast-sizes",
           Join(name_, "() cannot broadcast ", all, " with ", type.shape, ": sizes ", step.left, " and ", step.right, " at dim ",
                -1 - step.failed_axis),
           {}, {step.left, step.right});
      return Shape();
    }
    all = step.shape;
    if (!all.rank_known()) {
      return all;
    }
  }
  return all;
}

bool Bound::CheckRank(llvm::StringRef param, unsigned low, unsigned high) {
  TensorType type = Tensor(param);
  if (!Known(type) || (Rank(type) >= low && Rank(type) <= high)) {
    return true;
  }
  std::string wanted = low == high ? Join("a ", low, "-d") : high >= 64 ? Join("an at least ", low, "-d") : Join("a ", low, "-d to ", high, "-d");
  Fail("tensor-rank", Join(name_, "() needs ", wanted, " tensor, `", param == "self" ? "input" : param, "` is ", type.shape), param);
  return false;
}

}  // namespace trident::ops
