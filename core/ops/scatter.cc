// Rules of gathering and scattering: reading and writing elements by an index tensor along one dim.
//
// Where an index tensor's contents are known, they are checked against the size that they index.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

using Kind = Value::Kind;

// A 0-d tensor counts as having one dim of size 1.
unsigned NonEmptyRank(const TensorType& type) { return std::max(1u, Rank(type)); }
Dim NonEmptySize(const TensorType& type, unsigned axis) { return Rank(type) == 0 ? Dim(1) : DimsOf(type)[axis]; }

// An index without elements is not looked at, whatever its dtype and shape are.
bool MayBeEmpty(const TensorType& type) {
  return !Known(type) || llvm::any_of(DimsOf(type), [](Dim size) { return size.is_unknown() || size == Dim(0); });
}
bool IsEmpty(const TensorType& type) { return Known(type) && llvm::is_contained(DimsOf(type), Dim(0)); }

bool CheckIndexDType(Bound& call, llvm::StringRef param, bool only_i64 = false) {
  DType dtype = call.Tensor(param).dtype;
  if (dtype == DType::Unknown || dtype == DType::I64 || (dtype == DType::I32 && !only_i64)) {
    return true;
  }
  call.Fail("tensor-dtype", Join(call.name(), " needs an index of dtype ", only_i64 ? "i64" : "i64 or i32", ", it is ", dtype), param);
  return false;
}

// `wraps`: negative ones count from the end.
void CheckContents(Bound& call, llvm::StringRef param, Dim size, bool wraps = false) {
  std::optional<int64_t> count = size.value();
  if (!count) {
    return;
  }
  for (int64_t index : call.Get(param).contents) {
    if (index >= *count || index < (wraps ? -*count : 0)) {
      call.Fail("index-out-of-range", Join(call.name(), " is given the index ", index, " for a size of ", *count), param, {size});
      return;
    }
  }
}

void CheckSelfSourceDType(Bound& call, llvm::StringRef source) {
  DType self = call.Tensor("self").dtype, other = call.Tensor(source).dtype;
  if (self != DType::Unknown && other != DType::Unknown && self != other) {
    call.Fail("dtype-mismatch", Join(call.name(), " needs `", source, "` of the dtype of its tensor, ", self, ", it is ", other), source);
  }
}

bool CheckSameRank(Bound& call, llvm::StringRef index, llvm::StringRef other) {
  TensorType a = call.Tensor(index), b = call.Tensor(other);
  if (!Known(a) || !Known(b) || NonEmptyRank(a) == NonEmptyRank(b)) {
    return true;
  }
  call.Fail("tensor-rank", Join(call.name(), " needs `", index, "` of as many dims as `", other == "self" ? "input" : other, "`, they are ", a.shape, " and ", b.shape),
            index);
  return false;
}

// The index may be no larger than `other`, except along `free` where there is one.
void CheckWithin(Bound& call, llvm::StringRef index_param, llvm::StringRef other_param, std::optional<unsigned> free, bool all_dims) {
  TensorType index = call.Tensor(index_param), other = call.Tensor(other_param);
  if (!Known(index) || !Known(other) || (!all_dims && !free)) {
    return;
  }
  for (unsigned i = 0; i < NonEmptyRank(index); ++i) {
    if ((all_dims || i != *free) && ProvablyLess(NonEmptySize(other, i), NonEmptySize(index, i))) {
      call.Fail("size-mismatch", Join(call.name(), " needs an index no larger than `", other_param == "self" ? "input" : other_param, "`", all_dims ? "" : " but for the dim",
                                      ", they are ", index.shape, " and ", other.shape), index_param, {NonEmptySize(index, i), NonEmptySize(other, i)});
      return;
    }
  }
}

Result Gather(Bound& call) {
  TensorType self = call.Tensor("self"), index = call.Tensor("index");
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!IsEmpty(index)) {
    if (!MayBeEmpty(index)) {
      CheckIndexDType(call, "index");
    }
    if (Known(index) && CheckSameRank(call, "index", "self")) {
      CheckWithin(call, "index", "self", axis, false);
    }
    if (axis) {
      CheckContents(call, "index", NonEmptySize(self, *axis));
    }
  }
  return call.Return(index.shape, self.dtype);
}

void CheckReduce(Bound& call, llvm::ArrayRef<llvm::StringRef> allowed) {
  if (!call.IsStr("reduce") || llvm::is_contained(allowed, call.Str("reduce"))) {
    return;
  }
  std::string names;
  for (llvm::StringRef name : allowed) {
    names += Join(names.empty() ? "'" : ", '", name, "'");
  }
  call.Fail("argument-value", Join(call.name(), " takes `reduce` ", names, ", got '", call.Str("reduce"), "'"), "reduce");
}

enum ScatterKind : int { kScatter, kScatterAdd, kScatterReduce };

Result Scatter(Bound& call) {
  TensorType self = call.Tensor("self"), index = call.Tensor("index");
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (call.data() == kScatter) {
    CheckReduce(call, {"add", "multiply"});
  } else if (call.data() == kScatterReduce) {
    CheckReduce(call, {"sum", "prod", "mean", "amax", "amin"});
  }
  if (!IsEmpty(index)) {
    if (!MayBeEmpty(index)) {
      CheckIndexDType(call, "index");
    }
    bool with_source = call.Get("src").is_tensor();
    bool same = Known(index) && CheckSameRank(call, "index", "self");
    if (with_source) {
      CheckSelfSourceDType(call, "src");
      same = same && CheckSameRank(call, "index", "src");
      if (same) {
        CheckWithin(call, "index", "src", std::nullopt, true);
      }
    }
    if (same) {
      CheckWithin(call, "index", "self", axis, false);
    }
    if (axis) {
      CheckContents(call, "index", NonEmptySize(self, *axis));
    }
  }
  return call.Return(self.shape, self.dtype);
}

// How many elements a vector or scalar index names. Fails for more dims.
Dim IndexCount(Bound& call) {
  TensorType index = call.Tensor("index");
  if (!call.CheckRank("index", 0, 1) || !Known(index)) {
    return Dim::Unknown();
  }
  return Rank(index) == 0 ? Dim(1) : DimsOf(index)[0];
}

Result IndexSelect(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  Dim count = IndexCount(call);
  CheckIndexDType(call, "index");
  if (!Known(self)) {
    return call.Return(Shape(), self.dtype);
  }
  if (Rank(self) == 0) {
    if (ProvablyDifferent(count, Dim(1))) {
      call.Fail("size-mismatch", Join(call.name(), " of a 0-d tensor needs one index, got ", count), "index", {count});
    }
    return call.Return(self.shape, self.dtype);
  }
  if (!axis) {
    return call.Return(Shape::Of(Dims(Rank(self))), self.dtype);
  }
  CheckContents(call, "index", DimsOf(self)[*axis]);
  Dims dims = Copy(self);
  dims[*axis] = count;
  return call.Return(dims, self.dtype);
}

// Of index_add and index_reduce: slices of `source` are combined into those of `self` that the index names.
Result IndexCombine(Bound& call) {
  TensorType self = call.Tensor("self"), source = call.Tensor("source");
  std::optional<unsigned> axis = call.Axis("dim", self);
  CheckReduce(call, {"prod", "mean", "amax", "amin"});
  Dim count = IndexCount(call);
  CheckIndexDType(call, "index");
  CheckSelfSourceDType(call, "source");
  if (axis && Known(source)) {
    Dim slices = Rank(source) == 0 ? Dim(1) : *axis < Rank(source) ? DimsOf(source)[*axis] : Dim::Unknown();
    if (ProvablyDifferent(count, slices)) {
      call.Fail("size-mismatch", Join(call.name(), " needs as many indices as `source` has slices in dim ", *axis, ", they are ", count, " and ", slices), "index",
                {count, slices});
    }
    bool match = Rank(self) == Rank(source);
    for (unsigned i = 0; match && i < Rank(self); ++i) {
      match = i == *axis || !ProvablyDifferent(DimsOf(self)[i], DimsOf(source)[i]);
    }
    if (!match) {
      call.Fail("size-mismatch", Join(call.name(), " needs `source` of the shape of `input` but for dim ", *axis, ", they are ", source.shape, " and ", self.shape),
                "source");
    }
    CheckContents(call, "index", NonEmptySize(self, *axis));
  }
  return call.Return(self.shape, self.dtype);
}

Result IndexCopy(Bound& call) {
  TensorType self = call.Tensor("self"), source = call.Tensor("source");
  std::optional<unsigned> axis = call.Axis("dim", self);
  Dim count = IndexCount(call);
  CheckIndexDType(call, "index", true);
  CheckSelfSourceDType(call, "source");
  if (axis && Known(source)) {
    if (Rank(source) == 0 && ProvablyDifferent(count, Dim(1))) {
      call.Fail("size-mismatch", Join(call.name(), " of a 0-d `source` needs one index, got ", count), "index", {count});
    } else if (Rank(source) > 0 && Rank(self) > 0 && Rank(source) != Rank(self)) {
      call.Fail("tensor-rank", Join(call.name(), " needs `source` of as many dims as `input`, they are ", source.shape, " and ", self.shape), "source");
    } else {
      bool match = true;
      for (unsigned i = 0; match && i < std::min(Rank(self), Rank(source)); ++i) {
        match = i == *axis || !ProvablyDifferent(DimsOf(self)[i], DimsOf(source)[i]);
      }
      if (!match) {
        call.Fail("size-mismatch", Join(call.name(), " needs `source` of the shape of `input` but for dim ", *axis, ", they are ", source.shape, " and ", self.shape),
                  "source");
      }
      Dim slices = Rank(source) == 0 ? Dim(1) : DimsOf(source)[*axis];
      if (ProvablyDifferent(count, slices)) {
        call.Fail("size-mismatch", Join(call.name(), " needs as many indices as `source` has slices in dim ", *axis, ", they are ", count, " and ", slices), "index",
                  {count, slices});
      }
    }
    CheckContents(call, "index", NonEmptySize(self, *axis));
  }
  return call.Return(self.shape, self.dtype);
}

// A tensor of one value.
void CheckScalarTensor(Bound& call, llvm::StringRef param) {
  TensorType value = call.Tensor(param);
  if (Known(value) && Rank(value) != 0) {
    call.Fail("tensor-rank", Join(call.name(), " takes a number or a 0-d tensor for `", param, "`, it is ", value.shape), param);
  }
}

// A complex number has no place in a real tensor.
void CheckScalarFits(Bound& call, llvm::StringRef param) {
  DType self = call.Tensor("self").dtype;
  if (call.Get(param).kind == Kind::Complex && self != DType::Unknown && !shape::IsComplex(self)) {
    call.Fail("result-cast", Join(call.name(), " cannot write a complex number into a ", self, " tensor"), param);
  }
}

Result IndexFill(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  IndexCount(call);
  CheckIndexDType(call, "index", true);
  CheckScalarTensor(call, "value");
  CheckScalarFits(call, "value");
  if (axis) {
    CheckContents(call, "index", NonEmptySize(self, *axis), true);
  }
  return call.Return(self.shape, self.dtype);
}

// The indices are one for each leading dim; None stands for the whole of it.
Result IndexPut(Bound& call) {
  const Value& self = call.Get("self");
  const Value& indices = call.Get("indices");
  CheckSelfSourceDType(call, "values");
  if ((indices.kind == Kind::List || indices.kind == Kind::Tuple) && indices.length_known && self.is_tensor()) {
    Value index = Value::MakeTuple(indices.elements);
    for (Value& element : index.elements) {
      if (element.is_none()) {
        element.kind = Kind::Slice;
        element.elements.assign(3, Value::MakeNone());
      }
    }
    Result set = SetItem(self, index, call.Get("values"));
    if (set.status == Result::Status::Error) {
      return call.Fail(set.error.slug, std::move(set.error.message), "indices");
    }
  }
  return call.Return(self.is_tensor() ? Typed(self.tensor.shape, self.tensor.dtype) : TensorType());
}

Result Take(Bound& call) {
  TensorType self = call.Tensor("self"), index = call.Tensor("index");
  CheckIndexDType(call, "index", true);
  if (IsEmpty(self) && Known(index) && shape::ProvablyPositive(index.shape.numel())) {
    call.Fail("index-out-of-range", Join(call.name(), " cannot take elements of the empty tensor ", self.shape), "index");
  }
  CheckContents(call, "index", self.shape.numel(), true);
  return call.Return(index.shape, self.dtype);
}

Result Put(Bound& call) {
  TensorType self = call.Tensor("self"), index = call.Tensor("index"), source = call.Tensor("source");
  CheckIndexDType(call, "index", true);
  CheckSelfSourceDType(call, "source");
  Dim indices = index.shape.numel(), sources = source.shape.numel();
  if (ProvablyDifferent(indices, sources)) {
    call.Fail("size-mismatch", Join(call.name(), " needs as many indices as values, they are ", indices, " and ", sources), "source", {indices, sources});
  }
  if (IsEmpty(self) && shape::ProvablyPositive(indices)) {
    call.Fail("index-out-of-range", Join(call.name(), " cannot put elements into the empty tensor ", self.shape), "index");
  }
  CheckContents(call, "index", self.shape.numel(), true);
  return call.Return(self.shape, self.dtype);
}

Result TakeAlongDim(Bound& call) {
  TensorType self = call.Tensor("self"), indices = call.Tensor("indices");
  CheckIndexDType(call, "indices", true);
  if (!call.Has("dim")) {
    CheckContents(call, "indices", self.shape.numel());
    return call.Return({indices.shape.numel()}, self.dtype);
  }
  if (!Known(self) || !Known(indices)) {
    return call.Return(Shape(), self.dtype);
  }
  if (Rank(self) != Rank(indices)) {
    return call.Fail("tensor-rank", Join(call.name(), " needs `indices` of as many dims as `input`, they are ", indices.shape, " and ", self.shape), "indices");
  }
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis || Rank(self) == 0) {
    return call.Return(Shape::Of(Dims(Rank(self))), self.dtype);
  }
  // All dims but the one broadcast.
  Dims left = Copy(self), right = Copy(indices);
  left[*axis] = right[*axis] = Dim(1);
  Shape shape = call.Broadcast({Typed(left, self.dtype), Typed(right, self.dtype)});
  if (!shape.rank_known()) {
    return call.Return(Shape(), self.dtype);
  }
  CheckContents(call, "indices", DimsOf(self)[*axis]);
  Dims dims(shape.dims().begin(), shape.dims().end());
  dims[*axis] = DimsOf(indices)[*axis];
  return call.Return(dims, self.dtype);
}

bool CheckBoolMask(Bound& call) {
  DType dtype = call.Tensor("mask").dtype;
  if (dtype == DType::Unknown || dtype == DType::Bool) {
    return true;
  }
  call.Fail("tensor-dtype", Join(call.name(), " needs a bool mask, it is ", dtype), "mask");
  return false;
}

Result MaskedScatter(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckBoolMask(call);
  CheckSelfSourceDType(call, "source");
  return call.Return(call.Broadcast({self, call.Tensor("mask")}), self.dtype);
}

Result MaskedSelect(Bound& call) {
  TensorType self = call.Tensor("self"), mask = call.Tensor("mask");
  if (mask.dtype != DType::U8) {
    CheckBoolMask(call);
  }
  return call.Return({SomeOf(call.Broadcast({self, mask}).numel())}, self.dtype);
}

constexpr Op kOps[] = {
    {"fmo", "gather", "Tensor self, int dim, Tensor index, *, bool sparse_grad=False", Gather},
    {"fmiou", "scatter",
     "Tensor self, int dim, Tensor index, Tensor src | Tensor self, int dim, Tensor index, Scalar value | "
     "Tensor self, int dim, Tensor index, Tensor src, *, str reduce | Tensor self, int dim, Tensor index, Scalar value, *, str reduce",
     Scatter, kScatter},
    {"fmio", "scatter_add", "Tensor self, int dim, Tensor index, Tensor src", Scatter, kScatterAdd},
    {"fmio", "scatter_reduce", "Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True", Scatter, kScatterReduce},
    {"fmo", "index_select", "Tensor self, int dim, Tensor index", IndexSelect},
    {"fmio", "index_add", "Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1", IndexCombine},
    {"fmio", "index_reduce", "Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True", IndexCombine},
    {"fmio", "index_copy", "Tensor self, int dim, Tensor index, Tensor source", IndexCopy},
    {"fmiou", "index_fill", "Tensor self, int dim, Tensor index, Operand value", IndexFill},
    {"fmij", "index_put", "Tensor self, Tensor[]? indices, Tensor values, bool accumulate=False", IndexPut},
    {"fmo", "take", "Tensor self, Tensor index", Take},
    {"fmi", "put", "Tensor self, Tensor index, Tensor source, bool accumulate=False", Put},
    {"fmo", "take_along_dim", "Tensor self, Tensor indices, int? dim=None", TakeAlongDim},
    {"fmi", "masked_scatter", "Tensor self, Tensor mask, Tensor source", MaskedScatter},
    {"fmo", "masked_select", "Tensor self, Tensor mask", MaskedSelect},
};

}  // namespace

llvm::ArrayRef<Op> ScatterOps() { return kOps; }

}  // namespace trident::ops
