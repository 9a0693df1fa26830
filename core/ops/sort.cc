// Rules of sorting, searching, counting and histograms.
#include "core/ops/rule.h"

#include <algorithm>

namespace trident::ops {
namespace {

constexpr const char* kValuesIndices[] = {"values", "indices"};
constexpr const char* kHistogram[] = {"hist", "bin_edges"};
constexpr unsigned kAnyRank = 64;


Result Sort(Bound& call) {
  TensorType self = call.Tensor("self");
  call.Axis("dim", self);
  return call.ReturnTuple({Typed(self.shape, self.dtype), Typed(self.shape, DType::I64)}, kValuesIndices);
}

Result Argsort(Bound& call) {
  TensorType self = call.Tensor("self");
  call.Axis("dim", self);
  return call.Return(self.shape, DType::I64);
}

Result Msort(Bound& call) {
  TensorType self = call.Tensor("self");
  return call.Return(self.shape, self.dtype);
}

// The size of the dim that `k` counts in; a 0-d tensor counts as one element.
Dim CountedSize(const TensorType& self, unsigned axis) { return Rank(self) == 0 ? Dim(1) : DimsOf(self)[axis]; }

Result Topk(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<unsigned> axis = call.Axis("dim", self);
  Dim k = call.Int("k");
  Shape shape;
  if (axis) {
    Dim size = CountedSize(self, *axis);
    if (ProvablyLess(size, k) || ProvablyLess(k, Dim(0))) {
      call.Fail("argument-value", Join("topk needs k from 0 to the size of the dim, ", size, ", got ", k), "k", {k, size});
    }
    Dims dims = Copy(self);
    if (!dims.empty()) {
      dims[*axis] = k;
    }
    shape = Shape::Of(dims);
  } else if (Known(self)) {
    shape = Shape::Of(Dims(Rank(self)));
  }
  return call.ReturnTuple({Typed(shape, self.dtype), Typed(shape, DType::I64)}, kValuesIndices);
}

DType IndexDType(Bound& call) {
  std::optional<bool> narrow = call.Bool("out_int32");
  return narrow ? (*narrow ? DType::I32 : DType::I64) : DType::Unknown;
}

Result Searchsorted(Bound& call) {
  TensorType sequence = call.Tensor("sorted_sequence"), self = call.Operand("self");
  if (call.IsStr("side")) {
    llvm::StringRef side = call.Str("side");
    if (side != "left" && side != "right") {
      call.Fail("argument-value", Join("searchsorted takes `side` 'left' or 'right', got '", side, "'"), "side");
    } else if (side == "left" && call.Bool("right") == true) {
      call.Fail("argument-value", "searchsorted is given side='left' and right=True, which contradict each other", "side");
    }
  }
  call.CheckRank("sorted_sequence", 1, kAnyRank);
  if (Known(sequence) && Known(self) && Rank(sequence) > 1) {
    bool match = Rank(self) == Rank(sequence);
    for (unsigned i = 0; match && i + 1 < Rank(self); ++i) {
      match = !ProvablyDifferent(DimsOf(self)[i], DimsOf(sequence)[i]);
    }
    if (!match) {
      call.Fail("size-mismatch", Join("searchsorted needs `sorted_sequence` to be 1-d or to have the leading dims of `input`, they are ", sequence.shape, " and ",
                                      self.shape), "sorted_sequence");
    }
  }
  TensorType sorter = call.Tensor("sorter");
  if (Known(sorter) && Known(sequence)) {
    bool match = Rank(sorter) == Rank(sequence);
    for (unsigned i = 0; match && i < Rank(sorter); ++i) {
      match = !ProvablyDifferent(DimsOf(sorter)[i], DimsOf(sequence)[i]);
    }
    if (!match) {
      call.Fail("size-mismatch", Join("searchsorted needs `sorter` of the shape of `sorted_sequence`, they are ", sorter.shape, " and ", sequence.shape), "sorter");
    } else if (sorter.dtype != DType::Unknown && sorter.dtype != DType::I64) {
      call.Fail("tensor-dtype", Join("searchsorted needs `sorter` of dtype i64, it is ", sorter.dtype), "sorter");
    }
  }
  return call.Return(self.shape, IndexDType(call));
}

Result Bucketize(Bound& call) {
  call.CheckRank("boundaries", 1);
  return call.Return(call.Operand("self").shape, IndexDType(call));
}

Result Isin(Bound& call) { return call.Return(call.Operand("elements").shape, DType::Bool); }

// torch.unique and unique_consecutive: one result, or a tuple with those that are asked for.
Result Unique(Bound& call) {
  TensorType self = call.Tensor("self");
  std::optional<bool> inverse = call.Bool("return_inverse"), counts = call.Bool("return_counts");
  if (!inverse || !counts) {
    return call.GiveUp("whether the inverse or the counts are returned is unknown");
  }
  TensorType values = Typed({Dim::Unknown()}, self.dtype), places = Typed(self.shape, DType::I64);
  if (call.Has("dim")) {
    std::optional<unsigned> axis = call.Axis("dim", self);
    values.shape = places.shape = Shape();
    if (axis && Rank(self) > 0) {
      Dims dims = Copy(self);
      places = Typed({dims[*axis]}, DType::I64);
      dims[*axis] = Dim::Unknown();
      values.shape = Shape::Of(dims);
    }
  }
  if (!*inverse && !*counts) {
    return call.Return(values);
  }
  std::vector<TensorType> results = {values};
  if (*inverse) {
    results.push_back(places);
  }
  if (*counts) {
    results.push_back(Typed({Dim::Unknown()}, DType::I64));
  }
  return call.Return(results);
}

Result Bincount(Bound& call) {
  TensorType self = call.Tensor("self"), weights = call.Tensor("weights");
  call.CheckRank("self", 1);
  if (shape::IsFloating(self.dtype) || shape::IsComplex(self.dtype)) {
    call.Fail("tensor-dtype", Join("bincount needs integers, `input` is ", self.dtype), "self");
  }
  if (Known(self) && Known(weights) && Rank(self) == 1 && (Rank(weights) != 1 || ProvablyDifferent(DimsOf(self)[0], DimsOf(weights)[0]))) {
    call.Fail("size-mismatch", Join("bincount needs `weights` of the shape of `input`, they are ", weights.shape, " and ", self.shape), "weights");
  }
  Dim size = Dim::Unknown();
  const std::vector<int64_t>& contents = call.Get("self").contents;
  if (!contents.empty()) {
    int64_t largest = *std::max_element(contents.begin(), contents.end());
    size = Max(Dim(largest + 1), call.Int("minlength"));
  }
  DType dtype = call.Has("weights") ? (weights.dtype == DType::F32 || weights.dtype == DType::Unknown ? weights.dtype : DType::F64) : DType::I64;
  return call.Return({size}, dtype);
}

Result Histc(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim bins = call.Int("bins");
  std::optional<double> low = call.Number("min"), high = call.Number("max");
  if (ProvablyLess(bins, Dim(1))) {
    call.Fail("argument-value", Join("histc needs at least one bin, got ", bins), "bins", {bins});
  } else if (low && high && *low > *high) {
    call.Fail("argument-value", "histc needs `max` to be no less than `min`", "max");
  }
  return call.Return({bins}, self.dtype);
}

// A histogram's bins: a count, or the edges as a 1-d tensor. nullopt when neither is known.
std::optional<Dim> BinsOf(Bound& call, const Value& value) {
  Dim bins = Dim::Unknown();
  if (value.is_tensor()) {
    if (Known(value.tensor) && Rank(value.tensor) != 1) {
      call.Fail("tensor-rank", Join(call.name(), " needs 1-d bin edges, they are ", value.tensor.shape), "bins");
      return std::nullopt;
    }
    bins = Known(value.tensor) ? DimsOf(value.tensor)[0] - Dim(1) : Dim::Unknown();
  } else if (value.kind == Value::Kind::Int) {
    bins = value.dim;
  }
  if (ProvablyLess(bins, Dim(1))) {
    call.Fail("argument-value", Join(call.name(), " needs at least one bin, got ", bins), "bins", {bins});
  }
  return bins;
}

bool CheckWeight(Bound& call, llvm::ArrayRef<Dim> wanted) {
  TensorType weight = call.Tensor("weight");
  if (!Known(weight)) {
    return true;
  }
  bool match = Rank(weight) == wanted.size();
  for (unsigned i = 0; match && i < wanted.size(); ++i) {
    match = !ProvablyDifferent(DimsOf(weight)[i], wanted[i]);
  }
  if (!match) {
    call.Fail("size-mismatch", Join(call.name(), " needs `weight` of shape ", Shape::Of(wanted), ", it is ", weight.shape), "weight");
  }
  return match;
}

Result Histogram(Bound& call) {
  TensorType self = call.Tensor("self");
  // Input and weight are flattened first.
  Dim elements = self.shape.numel(), weights = call.Tensor("weight").shape.numel();
  if (ProvablyDifferent(elements, weights)) {
    call.Fail("size-mismatch", Join("histogram needs a weight for each of the ", elements, " elements of `input`, there are ", weights), "weight", {weights, elements});
  }
  Dim bins = BinsOf(call, call.Get("bins")).value_or(Dim::Unknown());
  return call.ReturnTuple({Typed({bins}, self.dtype), Typed({bins + Dim(1)}, self.dtype)}, kHistogram);
}

Result Histogramdd(Bound& call) {
  TensorType self = call.Tensor("self");
  if (!call.CheckRank("self", 2, kAnyRank) || !Known(self)) {
    return call.GiveUp("the rank of the input is unknown");
  }
  Dim dimensions = DimsOf(self).back();
  CheckWeight(call, DimsOf(self).drop_back());
  const Value& bins = call.Get("bins");
  std::vector<Value> all;
  if ((bins.kind == Value::Kind::List || bins.kind == Value::Kind::Tuple) && bins.length_known) {
    all = bins.elements;
    if (ProvablyDifferent(dimensions, Dim(all.size()))) {
      return call.Fail("argument-length", Join("histogramdd needs bins for each of the ", dimensions, " columns of `input`, got ", all.size()), "bins", {dimensions});
    }
  } else if (bins.kind == Value::Kind::Int && dimensions.is_constant()) {
    all.assign(dimensions.constant(), bins);
  } else {
    return call.GiveUp("the number of bins is unknown");
  }
  Dims counts;
  std::vector<Value> edges;
  for (const Value& one : all) {
    std::optional<Dim> count = BinsOf(call, one);
    counts.push_back(count.value_or(Dim::Unknown()));
    edges.push_back(Value::MakeTensor(Typed({counts.back() + Dim(1)}, self.dtype)));
  }
  return call.Return(Value::MakeTuple({Value::MakeTensor(Typed(counts, self.dtype)), Value::MakeTuple(std::move(edges))}, kHistogram));
}

Result Nonzero(Bound& call) {
  TensorType self = call.Operand("self");
  std::optional<bool> as_tuple = call.data() == 1 ? std::optional<bool>(false) : call.Bool("as_tuple");
  if (!as_tuple) {
    return call.GiveUp("whether as_tuple is set is unknown");
  }
  if (!*as_tuple) {
    return call.Return({SomeOf(self.shape.numel()), Known(self) ? Dim(Rank(self)) : Dim::Unknown()}, DType::I64);
  }
  if (!Known(self)) {
    return call.GiveUp("the rank of the input is unknown");
  }
  return call.Return(std::vector<TensorType>(std::max(1u, Rank(self)), Typed({SomeOf(self.shape.numel())}, DType::I64)));
}

Result NonzeroStatic(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim size = call.Int("size");
  if (ProvablyLess(size, Dim(0))) {
    call.Fail("negative-size", Join("nonzero_static needs a size of at least 0, got ", size), "size", {size});
  }
  return call.Return({size, Known(self) ? Dim(Rank(self)) : Dim::Unknown()}, DType::I64);
}

Result UnravelIndex(Bound& call) {
  TensorType indices = call.Tensor("indices");
  if (shape::IsFloating(indices.dtype) || shape::IsComplex(indices.dtype) || indices.dtype == DType::Bool) {
    call.Fail("tensor-dtype", Join("unravel_index needs integers, `indices` is ", indices.dtype), "indices");
  }
  std::optional<Dims> shape = call.Ints("shape");
  if (!shape) {
    return call.GiveUp("the length of the shape is unknown");
  }
  for (Dim size : *shape) {
    if (ProvablyLess(size, Dim(0))) {
      call.Fail("negative-size", Join("unravel_index needs sizes of at least 0, got ", size), "shape", {size});
    }
  }
  return call.Return(std::vector<TensorType>(shape->size(), Typed(indices.shape, DType::I64)));
}

Result Multinomial(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim count = call.Int("num_samples");
  if (shape::IsIntegral(self.dtype) || self.dtype == DType::Bool || shape::IsComplex(self.dtype)) {
    call.Fail("tensor-dtype", Join("multinomial needs floating-point probabilities, `input` is ", self.dtype), "self");
  }
  if (ProvablyLess(count, Dim(1))) {
    call.Fail("argument-value", Join("multinomial needs at least one sample, got ", count), "num_samples", {count});
  }
  if (!call.CheckRank("self", 1, 2) || !Known(self)) {
    return call.Return(Shape(), DType::I64);
  }
  Dims dims = Copy(self);
  if (call.Bool("replacement") == false && ProvablyLess(dims.back(), count)) {
    call.Fail("argument-value", Join("multinomial cannot draw ", count, " samples without replacement from ", dims.back()), "num_samples", {count, dims.back()});
  }
  dims.back() = count;
  return call.Return(dims, DType::I64);
}

constexpr Op kOps[] = {
    {"fmou", "sort", "Tensor self, int dim=-1, bool descending=False | Tensor self, *, bool? stable, int dim=-1, bool descending=False", Sort},
    {"fmou", "argsort", "Tensor self, int dim=-1, bool descending=False | Tensor self, *, bool stable, int dim=-1, bool descending=False", Argsort},
    {"fmo", "msort", "Tensor self", Msort},
    {"fmo", "topk", "Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True", Topk},
    {"fo", "searchsorted",
     "Tensor sorted_sequence, Operand self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None", Searchsorted},
    {"fo", "bucketize", "Operand self, Tensor boundaries, *, bool out_int32=False, bool right=False", Bucketize},
    {"fo", "isin",
     "Operand elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False | "
     "Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False",
     Isin},
    {"fm", "unique", "Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False, int? dim=None", Unique},
    {"fm", "unique_consecutive", "Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None", Unique},
    {"fm", "bincount", "Tensor self, Tensor? weights=None, int minlength=0", Bincount},
    {"fmo", "histc", "Tensor self, int bins=100, Scalar min=0, Scalar max=0", Histc},
    {"fmo", "histogram",
     "Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False | "
     "Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False",
     Histogram},
    {"f", "histogramdd",
     "Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False | "
     "Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool density=False | "
     "Tensor self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False",
     Histogramdd},
    {"fmo", "nonzero", "Tensor self, *, bool as_tuple=False", Nonzero, 0},
    {"fm", "argwhere", "Tensor self", Nonzero, 1},
    {"fmo", "nonzero_static", "Tensor self, *, int size, int fill_value=-1", NonzeroStatic},
    {"f", "unravel_index", "Tensor indices, int[1] shape", UnravelIndex},
    {"fmo", "multinomial", "Tensor self, int num_samples, bool replacement=False, *, any generator=None", Multinomial},
};

}  // namespace

llvm::ArrayRef<Op> SortOps() { return kOps; }

}  // namespace trident::ops
