// Products of matrices and vectors: matmul and its forms with an addend, tensordot, linear.
#include "core/ops/rule.h"

#include <algorithm>

namespace trident::ops {
namespace {

// Matrix products do not promote: both sides have one dtype.
DType CommonDType(Bound& call, llvm::ArrayRef<llvm::StringRef> params) {
  DType dtype = DType::Unknown;
  llvm::StringRef from;
  for (llvm::StringRef param : params) {
    DType own = call.Tensor(param).dtype;
    if (!call.Get(param).is_tensor() || own == DType::Unknown) {
      continue;
    }
    if (dtype != DType::Unknown && own != dtype) {
      auto shown = [](llvm::StringRef name) { return name == "self" ? llvm::StringRef("input") : name; };
      call.Fail("dtype-mismatch",
                Join(call.name(), "() needs tensors of one dtype, `", shown(from), "` is ", dtype, " and `", shown(param), "` is ", own), param);
      return DType::Unknown;
    }
    dtype = own;
    from = param;
  }
  return dtype;
}

bool CheckInner(Bound& call, Dim left, Dim right) {
  if (!ProvablyDifferent(left, right)) {
    return true;
  }
  call.Fail("matmul-sizes", Join(call.name(), "() needs equal inner sizes: ", left, " and ", right), {}, {left, right});
  return false;
}

// A product is a new tensor in the order of its dims, whatever the order of its operands.
Result ReturnProduct(Bound& call, llvm::ArrayRef<Dim> dims, DType dtype) {
  TensorType type = Typed(Shape::Of(dims), dtype);
  type.contiguity = Contiguity::Yes;
  return call.Return(type);
}

// torch.matmul's rules for each pair of ranks.
Result Product(Bound& call, const TensorType& a, const TensorType& b, DType dtype) {
  for (const TensorType& type : {a, b}) {
    if (Known(type) && Rank(type) == 0) {
      return call.Fail("tensor-rank", Join(call.name(), "() does not take 0-d tensors; `*` multiplies by a number"));
    }
  }
  if (!Known(a) || !Known(b)) {
    return call.Return(Shape(), dtype);
  }
  llvm::ArrayRef<Dim> left = DimsOf(a), right = DimsOf(b);
  if (!CheckInner(call, left.back(), right.size() == 1 ? right[0] : right[right.size() - 2])) {
    return call.Return(Shape(), dtype);
  }
  Dims dims;
  if (left.size() > 2 || right.size() > 2) {
    shape::Broadcast batch = shape::BroadcastShapes(Shape::Of(left.drop_back(std::min<size_t>(left.size(), 2))),
                                                    Shape::Of(right.drop_back(std::min<size_t>(right.size(), 2))));
    if (batch.failed_axis >= 0) {
      return call.Fail("broadcast-sizes",
                       Join(call.name(), "() cannot broadcast the batch dims of ", a.shape, " with those of ", b.shape, ": sizes ", batch.left, " and ",
                            batch.right, " at dim ", -3 - batch.failed_axis),
                       {}, {batch.left, batch.right});
    }
    dims.assign(batch.shape.dims().begin(), batch.shape.dims().end());
  }
  if (left.size() > 1) {
    dims.push_back(left[left.size() - 2]);
  }
  if (right.size() > 1) {
    dims.push_back(right.back());
  }
  return ReturnProduct(call, dims, dtype);
}

Result Matmul(Bound& call) {
  DType dtype = CommonDType(call, {"self", "other"});
  return call.data() ? Product(call, call.Tensor("other"), call.Tensor("self"), dtype)
                     : Product(call, call.Tensor("self"), call.Tensor("other"), dtype);
}

bool CheckMatrix(Bound& call, llvm::StringRef param, unsigned rank) { return call.CheckRank(param, rank); }

Result Mm(Bound& call) {
  DType dtype = CommonDType(call, {"self", "mat2"});
  CheckMatrix(call, "self", 2);
  CheckMatrix(call, "mat2", 2);
  return call.failed() ? call.Return(Shape(), dtype) : Product(call, call.Tensor("self"), call.Tensor("mat2"), call.GetDType("out_dtype", dtype));
}

Result Mv(Bound& call) {
  DType dtype = CommonDType(call, {"self", "vec"});
  CheckMatrix(call, "self", 2);
  CheckMatrix(call, "vec", 1);
  return call.failed() ? call.Return(Shape(), dtype) : Product(call, call.Tensor("self"), call.Tensor("vec"), dtype);
}

// Batched products need equal batches: they do not broadcast.
std::optional<Dims> Batched(Bound& call, llvm::StringRef first, llvm::StringRef second) {
  CheckMatrix(call, first, 3);
  CheckMatrix(call, second, 3);
  TensorType a = call.Tensor(first), b = call.Tensor(second);
  if (call.failed()) {
    return std::nullopt;
  }
  if (!Known(a) || !Known(b)) {
    return Dims{Known(a) ? DimsOf(a)[0] : Dim::Unknown(), Known(a) ? DimsOf(a)[1] : Dim::Unknown(), Known(b) ? DimsOf(b)[2] : Dim::Unknown()};
  }
  if (ProvablyDifferent(DimsOf(a)[0], DimsOf(b)[0])) {
    call.Fail("matmul-batch", Join(call.name(), "() needs equal batch sizes: ", DimsOf(a)[0], " and ", DimsOf(b)[0]), second,
              {DimsOf(a)[0], DimsOf(b)[0]});
  }
  CheckInner(call, DimsOf(a)[2], DimsOf(b)[1]);
  Dim batch = DimsOf(a)[0].is_unknown() ? DimsOf(b)[0] : DimsOf(a)[0];
  return Dims{batch, DimsOf(a)[1], DimsOf(b)[2]};
}

Result Bmm(Bound& call) {
  DType dtype = CommonDType(call, {"self", "mat2"});
  std::optional<Dims> dims = Batched(call, "self", "mat2");
  return dims ? ReturnProduct(call, *dims, call.GetDType("out_dtype", dtype)) : call.Return(Shape(), dtype);
}

// The addend must expand to the product.
Result Added(Bound& call, llvm::ArrayRef<Dim> dims, DType dtype) {
  TensorType self = call.Tensor("self");
  if (Known(self)) {
    bool fits = Rank(self) <= dims.size();
    for (size_t i = 0; fits && i < Rank(self); ++i) {
      Dim own = DimsOf(self)[Rank(self) - 1 - i], to = dims[dims.size() - 1 - i];
      fits = !ProvablyDifferent(own, to) || !ProvablyDifferent(own, Dim(1));
    }
    if (!fits) {
      return call.Fail("broadcast-sizes", Join(call.name(), "() adds ", self.shape, " to a product of shape ", Shape::Of(dims)), "self");
    }
  }
  return call.Return(dims, dtype);
}

Result AddMm(Bound& call) {
  DType dtype = CommonDType(call, {"self", "mat1", "mat2"});
  CheckMatrix(call, "mat1", 2);
  CheckMatrix(call, "mat2", 2);
  TensorType a = call.Tensor("mat1"), b = call.Tensor("mat2");
  if (call.failed() || !Known(a) || !Known(b)) {
    return call.Return(Dims(2), dtype);
  }
  CheckInner(call, DimsOf(a)[1], DimsOf(b)[0]);
  return Added(call, {DimsOf(a)[0], DimsOf(b)[1]}, dtype);
}

Result AddMv(Bound& call) {
  DType dtype = CommonDType(call, {"self", "mat", "vec"});
  CheckMatrix(call, "mat", 2);
  CheckMatrix(call, "vec", 1);
  TensorType a = call.Tensor("mat"), b = call.Tensor("vec");
  if (call.failed() || !Known(a) || !Known(b)) {
    return call.Return(Dims(1), dtype);
  }
  CheckInner(call, DimsOf(a)[1], DimsOf(b)[0]);
  return Added(call, {DimsOf(a)[0]}, dtype);
}

Result AddR(Bound& call) {
  CheckMatrix(call, "vec1", 1);
  CheckMatrix(call, "vec2", 1);
  TensorType self = call.Tensor("self"), a = call.Tensor("vec1"), b = call.Tensor("vec2");
  DType dtype = Promote(Promote(self.dtype, a.dtype), b.dtype);
  if (call.failed() || !Known(a) || !Known(b)) {
    return call.Return(Dims(2), dtype);
  }
  return Added(call, {DimsOf(a)[0], DimsOf(b)[0]}, dtype);
}

Result AddBmm(Bound& call) {  // data: whether the batch is summed away
  DType dtype = CommonDType(call, {"self", "batch1", "batch2"});
  std::optional<Dims> dims = Batched(call, "batch1", "batch2");
  if (!dims) {
    return call.Return(Shape(), dtype);
  }
  return Added(call, call.data() ? llvm::ArrayRef<Dim>(*dims).drop_front() : llvm::ArrayRef<Dim>(*dims), dtype);
}

Result Dot(Bound& call) {
  llvm::StringRef other = call.data() ? "other" : "tensor";
  DType dtype = CommonDType(call, {"self", other});
  CheckMatrix(call, "self", 1);
  CheckMatrix(call, other, 1);
  TensorType a = call.Tensor("self"), b = call.Tensor(other);
  if (!call.failed() && Known(a) && Known(b)) {
    CheckInner(call, DimsOf(a)[0], DimsOf(b)[0]);
  }
  return call.Return(Shape::Scalar(), dtype);
}

Result Inner(Bound& call) {
  DType dtype = CommonDType(call, {"self", "other"});
  TensorType a = call.Tensor("self"), b = call.Tensor("other");
  if (!Known(a) || !Known(b)) {
    return call.Return(Shape(), dtype);
  }
  if (Rank(a) == 0 || Rank(b) == 0) {
    return call.Return(Rank(a) == 0 ? b.shape : a.shape, dtype);
  }
  CheckInner(call, DimsOf(a).back(), DimsOf(b).back());
  Dims dims(DimsOf(a).begin(), DimsOf(a).end() - 1);
  dims.append(DimsOf(b).begin(), DimsOf(b).end() - 1);
  return call.Return(dims, dtype);
}

// The dims that tensordot contracts: a count, or a list for each side.
bool ContractedDims(Bound& call, const TensorType& a, const TensorType& b, Axes& left, Axes& right) {
  const Value& dims = call.Get("dims");
  if (dims.kind == Value::Kind::Int) {
    if (!dims.dim.is_constant()) {
      return false;
    }
    int64_t count = dims.dim.constant();
    if (count < 0 || count > Rank(a) || count > Rank(b)) {
      call.Fail("argument-value", Join("tensordot() cannot contract ", count, " dims of ", a, " and ", b), "dims");
      return false;
    }
    for (int64_t i = 0; i < count; ++i) {
      left.push_back(Rank(a) - count + i);
      right.push_back(i);
    }
    return true;
  }
  if ((dims.kind != Value::Kind::Tuple && dims.kind != Value::Kind::List) || dims.elements.size() != 2) {
    return false;
  }
  const TensorType* types[] = {&a, &b};
  Axes* sides[] = {&left, &right};
  for (int side = 0; side < 2; ++side) {
    const Value& list = dims.elements[side];
    bool one = list.kind == Value::Kind::Int;
    for (const Value& element : one ? llvm::ArrayRef<Value>(list) : llvm::ArrayRef<Value>(list.elements)) {
      // A number has no axis to contract, though its functions take -1 and 0 for one.
      if (Rank(*types[side]) == 0) {
        call.Fail("argument-value", Join("tensordot() cannot contract a dim of ", *types[side], ", which has none"), "dims");
        return false;
      }
      std::optional<unsigned> axis = call.AxisOf(element, *types[side], "dims");
      if (!axis) {
        return false;
      }
      sides[side]->push_back(*axis);
    }
  }
  return true;
}

Result TensorDot(Bound& call) {
  DType dtype = CommonDType(call, {"a", "b"});
  TensorType a = call.Tensor("a"), b = call.Tensor("b");
  Axes left, right;
  if (!Known(a) || !Known(b) || !ContractedDims(call, a, b, left, right)) {
    return call.Return(Shape(), dtype);
  }
  if (left.size() != right.size()) {
    return call.Fail("argument-length", Join("tensordot() needs as many dims of each tensor, ", left.size(), " and ", right.size(), " are given"),
                     "dims");
  }
  for (size_t i = 0; i < left.size(); ++i) {
    Dim x = DimsOf(a)[left[i]], y = DimsOf(b)[right[i]];
    if (ProvablyDifferent(x, y) && ProvablyDifferent(x, Dim(1)) && ProvablyDifferent(y, Dim(1))) {
      return call.Fail("matmul-sizes", Join("tensordot() contracts sizes that differ: ", x, " of dim ", left[i], " and ", y, " of dim ", right[i]),
                       "dims", {x, y});
    }
  }
  Dims dims;
  for (unsigned i = 0; i < Rank(a); ++i) {
    if (std::find(left.begin(), left.end(), i) == left.end()) {
      dims.push_back(DimsOf(a)[i]);
    }
  }
  for (unsigned i = 0; i < Rank(b); ++i) {
    if (std::find(right.begin(), right.end(), i) == right.end()) {
      dims.push_back(DimsOf(b)[i]);
    }
  }
  return call.Return(dims, dtype);
}

Result Linear(Bound& call) {
  DType dtype = CommonDType(call, {"input", "weight", "bias"});
  TensorType input = call.Tensor("input"), weight = call.Tensor("weight"), bias = call.Tensor("bias");
  call.CheckRank("weight", 1, 2);
  call.CheckRank("bias", 0, 1);
  if (Known(input) && Rank(input) == 0) {
    call.CheckRank("input", 1, 64);
  }
  if (call.failed() || !Known(weight)) {
    Dims dims = Copy(input);
    if (dims.empty()) {
      return call.Return(Shape(), dtype);
    }
    dims.back() = Dim::Unknown();
    return call.Return(dims, dtype);
  }
  Dim features = DimsOf(weight).back();
  if (Known(input) && ProvablyDifferent(DimsOf(input).back(), features)) {
    return call.Fail("linear-in-features", Join("linear expects ", features, " features, its input has ", DimsOf(input).back()), "input",
                     {features, DimsOf(input).back()});
  }
  Dim outputs = Rank(weight) == 2 ? DimsOf(weight)[0] : Dim(1);
  if (Known(bias) && Rank(bias) == 1 && ProvablyDifferent(DimsOf(bias)[0], outputs) && ProvablyDifferent(DimsOf(bias)[0], Dim(1))) {
    return call.Fail("size-mismatch", Join("linear has ", outputs, " outputs, its bias has ", DimsOf(bias)[0]), "bias", {outputs, DimsOf(bias)[0]});
  }
  if (!Known(input)) {
    return call.Return(Shape(), dtype);
  }
  Dims dims(DimsOf(input).begin(), DimsOf(input).end() - 1);
  if (Rank(weight) == 2) {
    dims.push_back(outputs);
  }
  return ReturnProduct(call, dims, dtype);
}

Result Bilinear(Bound& call) {
  DType dtype = CommonDType(call, {"input1", "input2", "weight", "bias"});
  TensorType a = call.Tensor("input1"), b = call.Tensor("input2"), weight = call.Tensor("weight"), bias = call.Tensor("bias");
  call.CheckRank("weight", 3);
  if (Known(a) && Known(b) && Rank(a) != Rank(b)) {
    return call.Fail("tensor-rank", Join("bilinear needs inputs of one rank, they are ", a.shape, " and ", b.shape), "input2");
  }
  if (call.failed() || !Known(a) || !Known(b) || !Known(weight) || Rank(a) == 0) {
    return call.Return(Shape(), dtype);
  }
  for (unsigned i = 0; i + 1 < Rank(a); ++i) {
    if (ProvablyDifferent(DimsOf(a)[i], DimsOf(b)[i])) {
      return call.Fail("size-mismatch",
                       Join("bilinear needs inputs of equal sizes but the last: ", DimsOf(a)[i], " and ", DimsOf(b)[i], " at dim ", i), "input2",
                       {DimsOf(a)[i], DimsOf(b)[i]});
    }
  }
  const TensorType* inputs[] = {&a, &b};
  for (int side = 0; side < 2; ++side) {
    Dim features = DimsOf(weight)[side + 1], own = DimsOf(*inputs[side]).back();
    if (ProvablyDifferent(features, own)) {
      return call.Fail("linear-in-features", Join("bilinear expects ", features, " features in input ", side + 1, ", it has ", own),
                       side ? "input2" : "input1", {features, own});
    }
  }
  if (call.Get("bias").is_tensor()) {
    call.CheckRank("bias", 1, 64);
  }
  if (Known(bias) && Rank(bias) > 0 && ProvablyDifferent(DimsOf(bias)[0], DimsOf(weight)[0])) {
    return call.Fail("size-mismatch", Join("bilinear has ", DimsOf(weight)[0], " outputs, its bias has ", DimsOf(bias)[0]), "bias");
  }
  Dims dims(DimsOf(a).begin(), DimsOf(a).end() - 1);
  dims.push_back(DimsOf(weight)[0]);
  return call.Return(Known(bias) ? call.Broadcast({Typed(dims, dtype), bias}) : Shape::Of(dims), dtype);
}

#define SCALES ", *, Scalar beta=1, Scalar alpha=1"

constexpr Op kOps[] = {
    {"fmo", "matmul", "Tensor self, Tensor other", Matmul, 0},
    {"m", "__matmul__", "Tensor self, Tensor other", Matmul, 0},
    {"m", "__rmatmul__", "Tensor self, Tensor other", Matmul, 1},
    {"lo", "matmul", "Tensor self, Tensor other", Matmul, 0},
    {"fmo", "mm", "Tensor self, Tensor mat2, dtype? out_dtype=None", Mm},
    {"f", "spmm dsmm", "Tensor self, Tensor mat2", Mm},
    {"fmo", "mv", "Tensor self, Tensor vec", Mv},
    {"fmo", "bmm", "Tensor self, Tensor mat2, dtype? out_dtype=None", Bmm},
    {"fmio", "addmm", "Tensor self, Tensor mat1, Tensor mat2" SCALES, AddMm},
    {"fmijo", "addmv", "Tensor self, Tensor mat, Tensor vec" SCALES, AddMv},
    {"fmio", "addr", "Tensor self, Tensor vec1, Tensor vec2" SCALES, AddR},
    {"fmio", "addbmm", "Tensor self, Tensor batch1, Tensor batch2" SCALES, AddBmm, 1},
    {"fmio", "baddbmm", "Tensor self, Tensor batch1, Tensor batch2" SCALES, AddBmm, 0},
    {"fmo", "dot", "Tensor self, Tensor tensor", Dot, 0},
    {"fmo", "vdot", "Tensor self, Tensor other", Dot, 1},
    {"fmo", "inner", "Tensor self, Tensor other", Inner},
    {"fo", "tensordot", "Tensor a, Tensor b, any dims=2", TensorDot},
    {"b", "linear", "Tensor input, Tensor weight, Tensor? bias=None", Linear},
    {"fb", "bilinear", "Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None", Bilinear},
};

#undef SCALES

}  // namespace

llvm::ArrayRef<Op> MatmulOps() { return kOps; }

}  // namespace trident::ops
