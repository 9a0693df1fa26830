// Rules that lay elements out anew: diagonals and triangles, flips and rotations, products of index sets.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

constexpr unsigned kAnyRank = 64;

Result KeepShape(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype);
}

// data: the least rank.
Result KeepShapeOfRank(Bound& call) {
  call.CheckRank("self", call.data(), kAnyRank);
  return KeepShape(call);
}

Result Flip(Bound& call) {
  call.AxesOf("dims", call.Tensor("self"));
  return KeepShape(call);
}

Result Rot90(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> dims = call.Ints("dims");
  if (dims && dims->size() != 2) {
    return call.Fail("argument-length", Join("rot90 turns in the plane of two dims, got ", dims->size()), "dims");
  }
  if (!call.CheckRank("self", 2, kAnyRank) || !Known(self)) {
    return call.Return(Shape(), self.dtype);
  }
  std::optional<Axes> axes = call.AxesOf("dims", self);
  std::optional<int64_t> turns = call.Constant("k");
  if (!axes) {
    return call.Return(Shape::Of(Dims(Rank(self))), self.dtype);
  }
  Dims sizes = Copy(self);
  Dim &first = sizes[(*axes)[0]], &second = sizes[(*axes)[1]];
  if (!turns && !ProvablyEqual(first, second)) {
    first = second = Dim::Unknown();
  } else if (turns && *turns % 2 != 0) {
    std::swap(first, second);
  }
  return call.Return(sizes, self.dtype);
}

Result Roll(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<Dims> shifts = call.Ints("shifts"), dims = call.Ints("dims");
  if (shifts && shifts->empty()) {
    return call.Fail("argument-length", "roll needs at least one shift", "shifts");
  }
  if (shifts && dims && !(dims->empty() && shifts->size() == 1) && dims->size() != shifts->size()) {
    return call.Fail("argument-length", Join("roll needs as many shifts as dims, got ", shifts->size(), " and ", dims->size()), "shifts");
  }
  if (dims && !dims->empty() && Known(self)) {
    if (Rank(self) == 0) {
      return call.Fail("dim-out-of-range", "roll is given a dim, but its tensor has none", "dims");
    }
    // A dim may be rolled twice.
    const Value& given = call.Get("dims");
    bool list = given.kind == Value::Kind::List || given.kind == Value::Kind::Tuple;
    for (const Value& one : list ? llvm::ArrayRef<Value>(given.elements) : llvm::ArrayRef<Value>(given)) {
      call.AxisOf(one, self, "dims");
    }
  }
  return KeepShape(call);
}

// How many elements the diagonal `offset` above the main one has.
Dim DiagonalLength(Dim rows, Dim columns, Dim offset) {
  if (!offset.is_constant()) {
    return Dim::Unknown();
  }
  bool above = offset.constant() >= 0;
  return Max(Min(above ? rows : rows + offset, above ? columns - offset : columns), Dim(0));
}

// The other dims, then the diagonal.
Shape DiagonalShape(Bound& call, const TensorType& self) {
  std::optional<unsigned> first = call.Axis("dim1", self), second = call.Axis("dim2", self);
  if (!first || !second) {
    return Shape();
  }
  if (*first == *second) {
    call.Fail("dim-repeated", Join(call.name(), " needs two dims, both are dim ", *first), "dim2");
    return Shape();
  }
  Dims dims;
  for (unsigned i = 0; i < Rank(self); ++i) {
    if (i != *first && i != *second) {
      dims.push_back(DimsOf(self)[i]);
    }
  }
  dims.push_back(DiagonalLength(DimsOf(self)[*first], DimsOf(self)[*second], call.Int("offset")));
  return Shape::Of(dims);
}

bool CheckTwoDims(Bound& call, llvm::StringRef param) { return call.CheckRank(param, 2, kAnyRank); }

// data: 1 for torch.linalg.diagonal, whose tensor is named A.
Result Diagonal(Bound& call) {
  llvm::StringRef param = call.data() == 1 ? "A" : "self";
  TensorType self = call.Tensor(param);
  Shape shape = CheckTwoDims(call, param) ? DiagonalShape(call, self) : Shape();
  return call.ReturnView(Typed(shape, self.dtype));
}

Result DiagonalCopy(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(CheckTwoDims(call, "self") ? DiagonalShape(call, self) : Shape(), self.dtype);
}

Result DiagonalScatter(Bound& call) {
  TensorType self = call.Tensor("self"), source = call.Tensor("src");
  Shape slice = CheckTwoDims(call, "self") ? DiagonalShape(call, self) : Shape();
  if (slice.rank_known() && Known(source)) {
    bool match = slice.rank() == Rank(source);
    for (unsigned i = 0; match && i < slice.rank(); ++i) {
      match = !ProvablyDifferent(slice.dims()[i], DimsOf(source)[i]);
    }
    if (!match) {
      call.Fail("size-mismatch", Join("diagonal_scatter needs `src` of the diagonal's shape, ", slice, ", it is ", source.shape), "src");
    }
  }
  return KeepShape(call);
}

Dim Magnitude(Dim offset) { return offset.is_constant() ? Dim(offset.constant() < 0 ? -offset.constant() : offset.constant()) : Dim::Unknown(); }

Result Diag(Bound& call) {
  TensorType self = call.Tensor("self");
  if (!call.CheckRank("self", 1, 2) || !Known(self)) {
    return call.Return(Shape(), self.dtype);
  }
  Dim offset = call.Int("diagonal");
  if (Rank(self) == 2) {
    return call.Return({DiagonalLength(DimsOf(self)[0], DimsOf(self)[1], offset)}, self.dtype);
  }
  Dim side = DimsOf(self)[0] + Magnitude(offset);
  return call.Return({side, side}, self.dtype);
}

Result Diagflat(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim side = self.shape.numel() + Magnitude(call.Int("offset"));
  return call.Return({side, side}, self.dtype);
}

Result DiagEmbed(Bound& call) {
  TensorType self = call.Tensor("self");
  if (!Known(self)) {
    return call.Return(Shape(), self.dtype);
  }
  unsigned rank = Rank(self) + 1;
  std::optional<unsigned> first = call.Axis("dim1", rank), second = call.Axis("dim2", rank);
  if (!first || !second) {
    return call.Return(Shape::Of(Dims(rank)), self.dtype);
  }
  if (*first == *second) {
    return call.Fail("dim-repeated", Join("diag_embed needs two dims, both are dim ", *first), "dim2");
  }
  if (Rank(self) == 0) {
    return call.Return(Shape(), self.dtype);
  }
  Dim side = DimsOf(self).back() + Magnitude(call.Int("offset"));
  Dims dims;
  unsigned next = 0;
  for (unsigned i = 0; i < rank; ++i) {
    dims.push_back(i == *first || i == *second ? side : DimsOf(self)[next++]);
  }
  return call.Return(dims, self.dtype);
}

Result Trace(Bound& call) {
  DType dtype = call.Tensor("self").dtype;
  call.CheckRank("self", 2);
  return call.Return(Shape::Scalar(), shape::IsIntegral(dtype) || dtype == DType::Bool ? DType::I64 : dtype);
}

Result Kron(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("other");
  DType dtype = ResultType({self, other});
  if (!Known(self) || !Known(other)) {
    return call.Return(Shape(), dtype);
  }
  unsigned rank = std::max(Rank(self), Rank(other));
  Dims dims(rank, Dim(1));
  for (const TensorType& type : {self, other}) {
    for (unsigned i = 0; i < Rank(type); ++i) {
      Dim& dim = dims[rank - Rank(type) + i];
      dim = dim * DimsOf(type)[i];
    }
  }
  return call.Return(dims, dtype);
}

Result Outer(Bound& call) {
  TensorType self = call.Tensor("self"), other = call.Tensor("vec2");
  bool vectors = call.CheckRank("self", 1) && call.CheckRank("vec2", 1);
  auto size = [&](const TensorType& type) { return vectors && Known(type) ? DimsOf(type)[0] : Dim::Unknown(); };
  return call.Return({size(self), size(other)}, ResultType({self, other}));
}

Result BlockDiag(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = call.Tensors("tensors");
  if (!tensors) {
    return call.Return({Dim::Unknown(), Dim::Unknown()}, DType::Unknown);
  }
  Dim rows(0), columns(0);
  for (const TensorType& type : *tensors) {
    if (!Known(type)) {
      rows = columns = Dim::Unknown();
      continue;
    }
    if (Rank(type) > 2) {
      return call.Fail("tensor-rank", Join("block_diag takes tensors of at most two dims, one is ", type.shape), "tensors");
    }
    rows = rows + (Rank(type) == 2 ? DimsOf(type)[0] : Dim(1));
    columns = columns + (Rank(type) > 0 ? DimsOf(type).back() : Dim(1));
  }
  DType dtype = tensors->empty() ? kDefaultFloat : (*tensors)[0].dtype;
  for (const TensorType& type : *tensors) {
    dtype = Promote(dtype, type.dtype);
  }
  return call.Return({rows, columns}, dtype);
}

// Vectors of one dtype; `least` 0 lets scalars in.
bool CheckVectors(Bound& call, llvm::ArrayRef<TensorType> tensors, unsigned least) {
  for (const TensorType& type : tensors) {
    if (Known(type) && (Rank(type) > 1 || Rank(type) < least)) {
      call.Fail("tensor-rank", Join(call.name(), " takes ", least == 1 ? "1-d" : "0-d and 1-d", " tensors, one is ", type.shape), "tensors");
      return false;
    }
    if (type.dtype != DType::Unknown && tensors[0].dtype != DType::Unknown && type.dtype != tensors[0].dtype) {
      call.Fail("dtype-mismatch", Join(call.name(), " needs tensors of one dtype, they are ", tensors[0].dtype, " and ", type.dtype), "tensors");
      return false;
    }
  }
  return true;
}

Dim VectorSize(const TensorType& type) { return !Known(type) ? Dim::Unknown() : Rank(type) == 0 ? Dim(1) : DimsOf(type)[0]; }

Result CartesianProd(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = call.Tensors("tensors");
  if (!tensors || tensors->empty()) {
    return call.GiveUp("the number of tensors is unknown");
  }
  DType dtype = (*tensors)[0].dtype;
  if (!CheckVectors(call, *tensors, 1)) {
    return call.Return(Shape(), dtype);
  }
  if (tensors->size() == 1) {
    return call.Return((*tensors)[0].shape, dtype);
  }
  Dim rows(1);
  for (const TensorType& type : *tensors) {
    rows = rows * VectorSize(type);
  }
  return call.Return({rows, Dim(tensors->size())}, dtype);
}

Result Combinations(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<int64_t> r = call.Constant("r");
  std::optional<bool> repeats = call.Bool("with_replacement");
  if (r && *r < 0) {
    return call.Fail("argument-value", Join("combinations needs r of at least 0, got ", *r), "r");
  }
  if (!call.CheckRank("self", 1) || !Known(self) || !r || !repeats) {
    return call.Return(Shape(), self.dtype);
  }
  if (*r == 0) {
    return call.Return({Dim(0)}, self.dtype);
  }
  // n (n-1) ... (n-r+1) / r!, and with repeats as many as of n+r-1 without. Each quotient is exact on the way.
  Dim n = *repeats ? DimsOf(self)[0] + Dim(*r - 1) : DimsOf(self)[0];
  Dim count(1);
  if (n.is_constant() ? n.constant() >= *r : *r <= 3) {
    for (int64_t i = 0; i < *r; ++i) {
      count = FloorDiv(count * (n - Dim(i)), Dim(i + 1));
    }
  } else {
    count = n.is_constant() ? Dim(0) : Dim::Unknown();
  }
  return call.Return({count, Dim(*r)}, self.dtype);
}

Result Meshgrid(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = call.Tensors("tensors");
  if (call.IsStr("indexing") && call.Str("indexing") != "ij" && call.Str("indexing") != "xy") {
    return call.Fail("argument-value", Join("meshgrid takes `indexing` 'ij' or 'xy', got '", call.Str("indexing"), "'"), "indexing");
  }
  if (!tensors || call.IsUnknown("indexing")) {
    return call.GiveUp("the number of tensors is unknown");
  }
  if (tensors->empty()) {
    return call.Fail("argument-length", "meshgrid needs at least one tensor", "tensors");
  }
  CheckVectors(call, *tensors, 0);
  Dims dims;
  for (const TensorType& type : *tensors) {
    dims.push_back(VectorSize(type));
  }
  if (call.Str("indexing") == "xy" && dims.size() >= 2) {
    std::swap(dims[0], dims[1]);
  }
  return call.Return(std::vector<TensorType>(tensors->size(), Typed(dims, (*tensors)[0].dtype)));
}

Result ViewAsComplex(Bound& call) {
  TensorType self = call.Tensor("self");
  if (self.dtype != DType::Unknown && !shape::IsFloating(self.dtype)) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a real floating-point tensor, it is ", self.dtype), "self");
  }
  DType dtype = shape::IsFloating(self.dtype) ? shape::ComplexOf(self.dtype) : DType::Unknown;
  if (!call.CheckRank("self", 1, kAnyRank) || !Known(self)) {
    return call.Return(Shape(), dtype);
  }
  if (ProvablyDifferent(DimsOf(self).back(), Dim(2))) {
    call.Fail("size-mismatch", Join(call.name(), " needs a last dim of size 2, the real and the imaginary part; it is ", DimsOf(self).back()), "self",
              {DimsOf(self).back()});
  }
  return call.Return(DimsOf(self).drop_back(), dtype);
}

Result ViewAsReal(Bound& call) {
  TensorType self = call.Tensor("self");
  if (self.dtype != DType::Unknown && !shape::IsComplex(self.dtype)) {
    call.Fail("tensor-dtype", Join(call.name(), " needs a complex tensor, it is ", self.dtype), "self");
  }
  DType dtype = shape::IsComplex(self.dtype) ? shape::RealOf(self.dtype) : DType::Unknown;
  if (!Known(self)) {
    return call.Return(Shape(), dtype);
  }
  Dims dims = Copy(self);
  dims.push_back(Dim(2));
  return call.Return(dims, dtype);
}

constexpr Op kOps[] = {
    {"f", "flip", "Tensor self, int[] dims", Flip},
    {"m", "flip", "Tensor self, int... dims", Flip},
    {"fm", "fliplr", "Tensor self", KeepShapeOfRank, 2},
    {"fm", "flipud", "Tensor self", KeepShapeOfRank, 1},
    {"fm", "rot90", "Tensor self, int k=1, int[] dims=[0,1]", Rot90},
    {"fm", "roll", "Tensor self, int[1] shifts, int[1] dims=[]", Roll},
    {"fmio", "tril", "Tensor self, int diagonal=0", KeepShapeOfRank, 2},
    {"fmio", "triu", "Tensor self, int diagonal=0", KeepShapeOfRank, 2},
    {"fm", "diagonal", "Tensor self, int offset=0, int dim1=0, int dim2=1", Diagonal},
    {"l", "diagonal", "Tensor A, *, int offset=0, int dim1=-2, int dim2=-1", Diagonal, 1},
    {"fo", "diagonal_copy", "Tensor self, int offset=0, int dim1=0, int dim2=1", DiagonalCopy},
    {"fm", "diagonal_scatter", "Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1", DiagonalScatter},
    {"fmo", "diag", "Tensor self, int diagonal=0", Diag},
    {"fm", "diagflat", "Tensor self, int offset=0", Diagflat},
    {"fm", "diag_embed", "Tensor self, int offset=0, int dim1=-2, int dim2=-1", DiagEmbed},
    {"fm", "trace", "Tensor self", Trace},
    {"fmo", "kron", "Tensor self, Tensor other", Kron},
    {"fmo", "outer ger", "Tensor self, Tensor vec2", Outer},
    {"f", "block_diag", "Tensor... tensors", BlockDiag},
    {"f", "cartesian_prod", "Tensor... tensors", CartesianProd},
    {"f", "combinations", "Tensor self, int r=2, bool with_replacement=False", Combinations},
    {"fv", "meshgrid", "Tensor... tensors, *, str? indexing=None", Meshgrid},
    {"f", "view_as_complex view_as_complex_copy", "Tensor self", ViewAsComplex},
    {"f", "view_as_real view_as_real_copy", "Tensor self", ViewAsReal},
};

}  // namespace

llvm::ArrayRef<Op> ArrangeOps() { return kOps; }

}  // namespace trident::ops
