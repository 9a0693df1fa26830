// Operators that join tensors into one, or part one into several: cat, stack, split, chunk, unbind, repeat.
#include "core/ops/views.h"

#include <algorithm>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

// The size that both must have; the more telling one.
Dim Meet(Dim a, Dim b) { return a.is_unknown() || (b.is_constant() && !a.is_constant()) ? b : a; }

// Joins along `dim` (counted from either end), which has one more value than the rank for stack.
Result Concatenate(Bound& call, std::vector<TensorType> tensors, std::optional<int64_t> dim) {
  DType dtype = tensors.empty() ? DType::Unknown : tensors[0].dtype;
  for (const TensorType& type : tensors) {
    dtype = Promote(dtype, type.dtype);
  }
  // A 1-d tensor without elements joins anything: an old habit of torch.
  auto skipped = [](const TensorType& type) { return Known(type) && Rank(type) == 1 && DimsOf(type)[0] == Dim(0); };
  auto may_be_skipped = [](const TensorType& type) { return !Known(type) || (Rank(type) == 1 && !ProvablyDifferent(DimsOf(type)[0], Dim(0))); };
  const TensorType* first = nullptr;
  bool all_known = true;
  for (const TensorType& type : tensors) {
    all_known &= Known(type);
    if (Known(type) && Rank(type) == 0) {
      return call.Fail("tensor-rank", Join(call.name(), "() cannot join 0-d tensors; stack() makes a new dim"), "tensors");
    }
    if (!first && !may_be_skipped(type)) {
      first = &type;
    }
  }
  if (!first) {
    bool all_skipped = !tensors.empty() && std::all_of(tensors.begin(), tensors.end(), skipped);
    if (all_skipped) {
      return call.Return({Dim(0)}, dtype);
    }
    first = all_known && !tensors.empty() ? &tensors[0] : nullptr;
  }
  if (!first || !dim) {
    return call.Return(first ? Shape::Of(Dims(Rank(*first))) : Shape(), dtype);
  }
  int64_t rank = Rank(*first);
  if (*dim < -rank || *dim >= rank) {
    return call.Fail("dim-out-of-range", Join("`dim` is ", *dim, ", but ", *first, " has dims ", -rank, " to ", rank - 1), "dim");
  }
  size_t axis = *dim < 0 ? *dim + rank : *dim;
  Dims dims = Copy(*first);
  dims[axis] = Dim(0);
  for (size_t n = 0; n < tensors.size(); ++n) {
    const TensorType& type = tensors[n];
    if (skipped(type)) {
      continue;
    }
    if (!Known(type) || (Rank(type) != dims.size() && may_be_skipped(type))) {
      dims[axis] = Dim::Unknown();
      continue;
    }
    if (Rank(type) != dims.size()) {
      return call.Fail(
          "cat-rank",
          Join(call.name(), "() needs tensors of one rank, tensor ", n, " is ", type.shape, " and the others have ", dims.size(), " dims"),
          "tensors");
    }
    for (size_t i = 0; i < dims.size(); ++i) {
      if (i == axis) {
        continue;
      }
      if (ProvablyDifferent(dims[i], DimsOf(type)[i])) {
        return call.Fail("cat-sizes",
                         Join(call.name(), "() along dim ", axis, " needs equal sizes elsewhere: tensor ", n, " has ", DimsOf(type)[i], " at dim ", i,
                              ", the first has ", dims[i]),
                         "tensors", {DimsOf(type)[i], dims[i]});
      }
      dims[i] = Meet(dims[i], DimsOf(type)[i]);
    }
    dims[axis] = dims[axis] + DimsOf(type)[axis];
  }
  return call.Return(dims, dtype);
}

std::optional<std::vector<TensorType>> NonEmpty(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = call.Tensors("tensors");
  if (tensors && tensors->empty()) {
    call.Fail("argument-length", Join(call.name(), "() needs at least one tensor"), "tensors");
    return std::nullopt;
  }
  return tensors;
}

// cat() or stack() of a list of unknown length whose elements are alike.
Result OfUnknownCount(Bound& call, bool stacks) {
  std::optional<TensorType> element = call.Typical("tensors");
  if (!element || !Known(*element) || (!stacks && Rank(*element) == 0)) {
    return call.Return(Shape(), element ? element->dtype : DType::Unknown);
  }
  Dims dims = Copy(*element);
  std::optional<unsigned> axis = call.Axis("dim", dims.size() + stacks);
  if (!axis) {
    return call.Return(Dims(dims.size() + stacks), element->dtype);
  }
  if (stacks) {
    dims.insert(dims.begin() + *axis, Dim::Unknown());
  } else {
    dims[*axis] = Dim::Unknown();
  }
  return call.Return(dims, element->dtype);
}

Result Cat(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = NonEmpty(call);
  if (tensors) {
    return Concatenate(call, std::move(*tensors), call.Constant("dim"));
  }
  return OfUnknownCount(call, false);
}

Result Stack(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = NonEmpty(call);
  if (!tensors) {
    return OfUnknownCount(call, true);
  }
  DType dtype = (*tensors)[0].dtype;
  std::optional<Dims> dims;
  for (const TensorType& type : *tensors) {
    dtype = Promote(dtype, type.dtype);
    if (!Known(type)) {
      continue;
    }
    bool equal = !dims || dims->size() == Rank(type);
    for (size_t i = 0; dims && equal && i < dims->size(); ++i) {
      equal = !ProvablyDifferent((*dims)[i], DimsOf(type)[i]);
      (*dims)[i] = Meet((*dims)[i], DimsOf(type)[i]);
    }
    if (!equal) {
      return call.Fail("stack-sizes", Join("stack() needs tensors of one shape, the first is ", (*tensors)[0].shape, " and another is ", type.shape),
                       "tensors");
    }
    dims = dims ? dims : std::optional<Dims>(Copy(type));
  }
  if (!dims) {
    return call.Return(Shape(), dtype);
  }
  std::optional<unsigned> axis = call.Axis("dim", dims->size() + 1);
  if (!axis) {
    return call.Return(Dims(dims->size() + 1), dtype);
  }
  dims->insert(dims->begin() + *axis, Dim(static_cast<int64_t>(tensors->size())));
  return call.Return(*dims, dtype);
}

TensorType AtLeast(const TensorType& type, unsigned rank) {
  if (!Known(type)) {
    return type;
  }
  Dims dims = Copy(type);
  if (rank == 3 && dims.size() < 3) {
    dims.resize(std::max<size_t>(dims.size(), 1), Dim(1));
    if (dims.size() == 1) {
      dims.insert(dims.begin(), Dim(1));
    }
    dims.push_back(Dim(1));
  }
  while (dims.size() < rank) {
    dims.insert(dims.begin(), Dim(1));
  }
  return Typed(dims, type.dtype);
}

// hstack, vstack, dstack: data says the least rank.
Result StackAlong(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = NonEmpty(call);
  if (!tensors) {
    return call.Return(TensorType());
  }
  for (TensorType& type : *tensors) {
    type = AtLeast(type, call.data());
  }
  int64_t axis = call.data() == 1 ? 1 : call.data() == 2 ? 0 : 2;
  if (call.data() == 1 && Known((*tensors)[0]) && Rank((*tensors)[0]) == 1) {
    axis = 0;
  }
  bool known = call.data() != 1 || Known((*tensors)[0]);
  return Concatenate(call, std::move(*tensors), known ? std::optional<int64_t>(axis) : std::nullopt);
}

Result ColumnStack(Bound& call) {
  std::optional<std::vector<TensorType>> tensors = NonEmpty(call);
  if (!tensors) {
    return call.Return(TensorType());
  }
  for (TensorType& type : *tensors) {
    if (Known(type) && Rank(type) < 2) {
      type = Typed({type.shape.numel(), Dim(1)}, type.dtype);
    }
  }
  return Concatenate(call, std::move(*tensors), 1);
}

// The parts of `self` along `axis`, as views.
Result Parts(Bound& call, const TensorType& self, unsigned axis, llvm::ArrayRef<Dim> sizes, bool as_list = false) {
  std::vector<TensorType> parts;
  std::optional<Dims> strides = StridesOf(self);
  for (Dim size : sizes) {
    Dims dims = Copy(self);
    dims[axis] = size;
    parts.push_back(ViewOf(self, dims, strides));
  }
  Result result = call.Return(parts, as_list);
  call.MarkView();
  return result;
}

// An unknown number of parts of `self` along `axis`, which goes (`drops`) or has another size.
Result SomeParts(Bound& call, std::optional<TensorType> self = std::nullopt, std::optional<unsigned> axis = std::nullopt, bool drops = false) {
  Value parts = Value::MakeTuple({});
  parts.length_known = false;
  if (self && axis && Known(*self) && !call.failed()) {
    Dims dims = Copy(*self);
    if (drops) {
      dims.erase(dims.begin() + *axis);
    } else {
      dims[*axis] = Dim::Unknown();
    }
    parts.elements.push_back(Value::MakeTensor(Typed(Shape::Of(dims), self->dtype)));
  }
  return call.Return(std::move(parts));
}

bool CheckHasDims(Bound& call, const TensorType& self, unsigned least = 1) {
  return !Known(self) || Rank(self) >= least || call.CheckRank("self", least, 64);
}

// Several parts of `self` whose rank is known, of unknown sizes along `axis`.
Result UnknownParts(Bound& call, const TensorType& self, std::optional<unsigned> axis, size_t count) {
  if (!axis) {
    return call.Return(std::vector<TensorType>(count, Typed(Known(self) ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype)));
  }
  return Parts(call, self, *axis, Dims(count));
}

Result SplitSizes(Bound& call, const TensorType& self, std::optional<unsigned> axis, llvm::StringRef param) {
  std::optional<Dims> sizes = call.Ints(param);
  if (!sizes) {
    return SomeParts(call, self, axis);
  }
  Dim sum(0);
  for (Dim size : *sizes) {
    if (ProvablyLess(size, Dim(0))) {
      return call.Fail("negative-size", Join(call.name(), "() is given the negative size ", size), param, {size});
    }
    sum = sum + size;
  }
  if (call.failed()) {
    return SomeParts(call);
  }
  if (!axis) {
    return UnknownParts(call, self, axis, sizes->size());
  }
  Dim whole = DimsOf(self)[*axis];
  if (ProvablyDifferent(sum, whole)) {
    return call.Fail("split-sizes", Join(call.name(), "() sizes add up to ", sum, ", but dim ", *axis, " of ", self, " has ", whole), param, {whole});
  }
  // One size that is not known is what the others leave.
  auto unknown = std::find_if(sizes->begin(), sizes->end(), [](Dim dim) { return dim.is_unknown(); });
  if (unknown != sizes->end() && std::count_if(sizes->begin(), sizes->end(), [](Dim dim) { return dim.is_unknown(); }) == 1) {
    Dim rest(0);
    for (Dim size : *sizes) {
      rest = size.is_unknown() ? rest : rest + size;
    }
    *unknown = whole - rest;
  }
  return Parts(call, self, *axis, *sizes);
}

Result Split(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckHasDims(call, self);
  std::optional<unsigned> axis = call.Axis("dim", self);
  llvm::StringRef param = call.data() ? "split_sizes" : "split_size";
  const Value& size = call.Get(param);
  if (size.kind != Kind::Int) {
    return SplitSizes(call, self, axis, param);
  }
  if (ProvablyLess(size.dim, Dim(0))) {
    return call.Fail("negative-size", Join("split() is given the negative size ", size.dim), param);
  }
  if (!axis || call.failed()) {
    return SomeParts(call);
  }
  Dim whole = DimsOf(self)[*axis];
  if (size.dim == Dim(0)) {
    return ProvablyDifferent(whole, Dim(0)) ? call.Fail("argument-value", "split() into parts of size 0", param)
                                            : Parts(call, self, *axis, Dims{Dim(0)});
  }
  Dim count = FloorDiv(whole, size.dim), rest = Mod(whole, size.dim);
  if (!count.is_constant() || count.constant() > 4096 || rest.is_unknown() || count.constant() < 0) {
    return SomeParts(call, self, axis);
  }
  Dims sizes(static_cast<size_t>(count.constant()), size.dim);
  if (rest != Dim(0)) {
    if (!rest.is_constant()) {
      return SomeParts(call, self, axis);
    }
    sizes.push_back(rest);
  }
  if (sizes.empty()) {
    sizes.push_back(Dim(0));
  }
  return Parts(call, self, *axis, sizes);
}

Result Chunk(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckHasDims(call, self);
  std::optional<unsigned> axis = call.Axis("dim", self);
  Dim chunks = call.Int("chunks");
  if (ProvablyLess(chunks, Dim(1))) {
    return call.Fail("argument-value", Join(call.name(), "() needs at least one chunk, not ", chunks), "chunks");
  }
  if (!chunks.is_constant() || chunks.constant() > 4096 || call.failed()) {
    return SomeParts(call, self, axis);
  }
  size_t count = chunks.constant();
  if (!axis || DimsOf(self)[*axis].is_unknown()) {
    return UnknownParts(call, self, axis, count);
  }
  Dim whole = DimsOf(self)[*axis];
  Dim size = FloorDiv(whole + chunks - Dim(1), chunks);
  Dims sizes;
  if (whole.is_constant()) {
    int64_t left = whole.constant(), part = size.constant();
    do {
      sizes.push_back(Dim(std::min(left, part)));
      left -= part;
    } while (left > 0);
    if (part == 0) {
      sizes.assign(count, Dim(0));
    }
  } else {
    if (Mod(whole, chunks) != Dim(0)) {
      call.Assume({Assumption::Kind::Divides, chunks, whole});
    }
    sizes.assign(count, FloorDivExact(whole, chunks));
  }
  return Parts(call, self, *axis, sizes);
}

// Into equal sections (the first ones larger by one), or at indices.
Result TensorSplitAt(Bound& call, const TensorType& self, unsigned axis, llvm::StringRef param, bool exact) {
  const Value& given = call.Get(param);
  bool scalar_tensor = given.is_tensor() && Known(given.tensor) && Rank(given.tensor) == 0;
  if (given.is_tensor() && Known(given.tensor) && Rank(given.tensor) > 1) {
    return call.Fail("tensor-rank", Join(call.name(), "() takes a number or a list of indices, not ", given.tensor), param);
  }
  bool taken = given.kind == Kind::Unknown || given.kind == Kind::Int || given.kind == Kind::List || given.kind == Kind::Tuple || given.is_tensor();
  if (!taken) {
    return call.Fail("argument-type", Join(call.name(), "() takes a number or a list of indices, not ", Describe(given)), param);
  }
  Dim whole = DimsOf(self)[axis];
  if (given.kind == Kind::Int || scalar_tensor) {
    Dim sections = call.Int(param);
    if (ProvablyLess(sections, Dim(1))) {
      return call.Fail("argument-value", Join(call.name(), "() needs at least one section, not ", sections), param);
    }
    if (!sections.is_constant() || sections.constant() > 4096) {
      return SomeParts(call);
    }
    Dim rest = Mod(whole, sections);
    if (exact && ProvablyDifferent(rest, Dim(0))) {
      return call.Fail("split-sizes", Join(call.name(), "() into ", sections, " parts: dim ", axis, " of ", self, " has ", whole), param, {whole});
    }
    Dims sizes(static_cast<size_t>(sections.constant()), exact ? FloorDivExact(whole, sections) : FloorDiv(whole, sections));
    for (int64_t i = 0; i < sections.constant() && !exact; ++i) {
      sizes[i] = rest.is_constant() ? sizes[i] + Dim(i < rest.constant() ? 1 : 0) : Dim::Unknown();
    }
    return Parts(call, self, axis, sizes);
  }
  std::optional<Dims> indices = call.Ints(param);
  if (!indices) {
    return SomeParts(call);
  }
  Dims sizes;
  Dim from(0);
  auto clamp = [&](Dim index) {
    return ProvablyLess(index, Dim(0)) ? Max(whole + index, Dim(0)) : ProvablyPositive(index + Dim(1)) ? Min(index, whole) : Dim::Unknown();
  };
  for (Dim index : *indices) {
    Dim to = clamp(index);
    sizes.push_back(Max(to - from, Dim(0)));
    from = to;
  }
  sizes.push_back(Max(whole - from, Dim(0)));
  return Parts(call, self, axis, sizes);
}

Result TensorSplit(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckHasDims(call, self);
  std::optional<unsigned> axis = call.Axis("dim", self);
  llvm::StringRef param = call.Given("indices") ? "indices" : call.Given("sections") ? "sections" : "indices_or_sections";
  return axis && !call.failed() ? TensorSplitAt(call, self, *axis, param, false) : SomeParts(call);
}

// hsplit, vsplit, dsplit: data says the least rank.
Result SplitAlong(Bound& call) {
  TensorType self = call.Tensor("self");
  call.CheckRank("self", call.data(), 64);
  if (!Known(self) || call.failed()) {
    return SomeParts(call);
  }
  unsigned axis = call.data() == 1 ? (Rank(self) == 1 ? 0 : 1) : call.data() == 2 ? 0 : 2;
  llvm::StringRef param = call.Given("indices") ? "indices" : call.Given("sections") ? "sections" : "indices_or_sections";
  return TensorSplitAt(call, self, axis, param, true);
}

Result Unbind(Bound& call) {
  TensorType self = call.Tensor("self");
  if (Known(self) && Rank(self) == 0) {
    return call.Fail("tensor-rank", "unbind() needs a tensor with dims, its input is 0-d", "self");
  }
  std::optional<unsigned> axis = call.Axis("dim", self);
  if (!axis || !DimsOf(self)[*axis].is_constant() || DimsOf(self)[*axis].constant() > 4096) {
    return SomeParts(call, self, axis, true);
  }
  Dims dims = Copy(self);
  std::optional<Dims> strides = StridesOf(self);
  dims.erase(dims.begin() + *axis);
  if (strides) {
    strides->erase(strides->begin() + *axis);
  }
  Result result = call.Return(std::vector<TensorType>(DimsOf(self)[*axis].constant(), ViewOf(self, dims, strides)));
  call.MarkView();
  return result;
}

Result Repeat(Bound& call) {
  bool tile = call.data() != 0;
  TensorType self = call.Tensor("self");
  std::optional<Dims> counts = call.Ints(tile ? "dims" : "repeats");
  if (!Known(self) || !counts) {
    return call.Return(!tile && counts ? Shape::Of(Dims(counts->size())) : Shape(), self.dtype);
  }
  if (!tile && counts->size() < Rank(self)) {
    return call.Fail("expand-sizes", Join("repeat() of ", self, " needs at least ", Rank(self), " counts, ", counts->size(), " are given"),
                     "repeats");
  }
  Dims dims = Copy(self);
  while (dims.size() < counts->size()) {
    dims.insert(dims.begin(), Dim(1));
  }
  for (size_t i = 0; i < counts->size(); ++i) {
    Dim count = (*counts)[counts->size() - 1 - i];
    if (ProvablyLess(count, Dim(0))) {
      return call.Fail("negative-size", Join(call.name(), "() is given the negative count ", count), tile ? "dims" : "repeats");
    }
    dims[dims.size() - 1 - i] = dims[dims.size() - 1 - i] * count;
  }
  return call.Return(dims, self.dtype);
}

Result BroadcastShapes(Bound& call) {
  const Value& shapes = call.Get("shapes");
  std::vector<TensorType> types;
  for (const Value& element : shapes.elements) {
    Dims dims;
    bool list = element.kind == Kind::Tuple || element.kind == Kind::List;
    if (element.kind == Kind::Unknown || (list && !element.length_known)) {
      return call.GiveUp("a shape is unknown");
    }
    for (const Value& size : list ? llvm::ArrayRef<Value>(element.elements) : llvm::ArrayRef<Value>(element)) {
      dims.push_back(size.kind == Kind::Int ? size.dim : Dim::Unknown());
    }
    types.push_back(Typed(dims, DType::F32));
  }
  std::vector<Value> sizes;
  for (Dim dim : call.Broadcast(types).dims()) {
    sizes.push_back(Value::MakeInt(dim));
  }
  return call.Return(Value::MakeTuple(std::move(sizes)));
}

constexpr const char* kAt = "Tensor self, any indices_or_sections | Tensor self, any sections | Tensor self, any indices";

constexpr Op kOps[] = {
    {"fo", "cat concat concatenate", "Tensor[] tensors, int dim=0", Cat},
    {"fo", "stack", "Tensor[] tensors, int dim=0", Stack},
    {"fo", "hstack", "Tensor[] tensors", StackAlong, 1},
    {"fo", "vstack row_stack", "Tensor[] tensors", StackAlong, 2},
    {"fo", "dstack", "Tensor[] tensors", StackAlong, 3},
    {"fo", "column_stack", "Tensor[] tensors", ColumnStack},
    {"m", "split", "Tensor self, int[1] split_size, int dim=0", Split, 0},
    {"f", "unsafe_split", "Tensor self, int[1] split_size, int dim=0", Split, 0},
    {"m", "unsafe_split", "Tensor self, int[1] split_size, int dim=0", Split, 0},
    {"fm", "split_with_sizes unsafe_split_with_sizes split_with_sizes_copy", "Tensor self, int[1] split_sizes, int dim=0", Split, 1},
    {"fm", "chunk unsafe_chunk", "Tensor self, int chunks, int dim=0", Chunk},
    {"fmu", "tensor_split",
     "Tensor self, any indices_or_sections, int dim=0 | Tensor self, any sections, int dim=0 | Tensor self, any indices, int dim=0", TensorSplit},
    {"fmu", "hsplit", kAt, SplitAlong, 1},
    {"fmu", "vsplit", kAt, SplitAlong, 2},
    {"fmu", "dsplit", kAt, SplitAlong, 3},
    {"fm", "unbind unbind_copy", "Tensor self, int dim=0", Unbind},
    {"m", "repeat", "Tensor self, int... repeats", Repeat, 0},
    {"m", "tile", "Tensor self, int... dims", Repeat, 1},
    {"f", "tile", "Tensor self, int[] dims", Repeat, 1},
    {"f", "broadcast_shapes", "any... shapes", BroadcastShapes},
    // torch.split is a Python function with parameter names of its own.
    {"f", "split", "Tensor tensor, int[1] split_size_or_sections, int dim=0",
     [](Bound& call) {
       Argument arguments[] = {{{}, call.Get("tensor")}, {{}, call.Get("split_size_or_sections")}, {{}, call.Get("dim")}};
       static const OpId method = Find("torch.Tensor.split");
       Result result = Call(method, arguments);
       call.MarkView();
       return result.status == Result::Status::Error ? call.Fail(result.error.slug, result.error.message, "split_size_or_sections") : result;
     }},
};

}  // namespace

llvm::ArrayRef<Op> JoinOps() { return kOps; }

}  // namespace trident::ops
