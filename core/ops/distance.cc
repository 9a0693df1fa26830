// Rules of distances and similarities, and of lookups in tables of vectors.
#include "core/ops/matrix.h"

#include <algorithm>

namespace trident::ops {
namespace {

bool CheckFloating(Bound& call, llvm::StringRef param) {
  DType dtype = call.Tensor(param).dtype;
  if (dtype == DType::Unknown || shape::IsFloating(dtype)) {
    return true;
  }
  call.Fail("tensor-dtype", Join(call.name(), " needs a floating-point tensor, `", param, "` is ", dtype), param);
  return false;
}

Result Cdist(Bound& call) {
  TensorType left = call.Tensor("x1"), right = call.Tensor("x2");
  CheckFloating(call, "x1");
  CheckFloating(call, "x2");
  if (std::optional<double> p = call.Number("p"); p && *p < 0) {
    call.Fail("argument-value", "cdist needs a norm `p` of at least 0", "p");
  }
  DType dtype = Promote(left.dtype, right.dtype);
  if (!call.CheckRank("x1", 2, kAnyRank) || !call.CheckRank("x2", 2, kAnyRank) || !Known(left) || !Known(right)) {
    return call.Return(Shape(), dtype);
  }
  llvm::ArrayRef<Dim> a = DimsOf(left), b = DimsOf(right);
  if (ProvablyDifferent(a.back(), b.back())) {
    call.Fail("size-mismatch", Join("cdist needs vectors of one length, `x1` has ", a.back(), " columns and `x2` has ", b.back()), "x2", {a.back(), b.back()});
  }
  std::optional<Dims> batch = BroadcastBatch(call, a.drop_back(2), b.drop_back(2));
  if (!batch) {
    return call.Return(Shape(), dtype);
  }
  batch->append({a[a.size() - 2], b[b.size() - 2]});
  return call.Return(*batch, dtype);
}

Result Pdist(Bound& call) {
  TensorType self = call.Tensor("self");
  CheckFloating(call, "self");
  if (std::optional<double> p = call.Number("p"); p && *p < 0) {
    call.Fail("argument-value", "pdist needs a norm `p` of at least 0", "p");
  }
  if (!call.CheckRank("self", 2) || !Known(self)) {
    return call.Return({Dim::Unknown()}, self.dtype);
  }
  Dim rows = DimsOf(self)[0];
  return call.Return({FloorDiv(rows * (rows - Dim(1)), Dim(2))}, self.dtype);
}

Result CosineSimilarity(Bound& call) {
  TensorType left = call.Tensor("x1"), right = call.Tensor("x2");
  DType dtype = ResultType({left, right});
  if (shape::IsIntegral(dtype) || dtype == DType::Bool) {
    call.Fail("tensor-dtype", Join("cosine_similarity needs floating-point tensors, they are ", left.dtype, " and ", right.dtype), "x1");
  }
  TensorType both = Typed(call.Broadcast({left, right}), dtype);
  std::optional<unsigned> axis = call.Axis("dim", both);
  return call.Return(Reduced(both.shape, axis ? std::optional<Axes>(Axes{*axis}) : std::nullopt, false), dtype);
}

Result PairwiseDistance(Bound& call) {
  TensorType left = call.Tensor("x1"), right = call.Tensor("x2");
  Shape both = call.Broadcast({left, right});
  std::optional<Axes> last;
  if (both.rank_known()) {
    last = both.rank() == 0 ? Axes() : Axes{both.rank() - 1};
  }
  return call.Return(Reduced(both, last, call.Bool("keepdim")), RealPart(FloatOf(ResultType({left, right}))));
}

bool CheckIndices(Bound& call, llvm::StringRef param) {
  DType dtype = call.Tensor(param).dtype;
  if (dtype == DType::Unknown || dtype == DType::I64 || dtype == DType::I32) {
    return true;
  }
  call.Fail("tensor-dtype", Join(call.name(), " needs indices of dtype i64 or i32, `", param, "` is ", dtype), param);
  return false;
}

void CheckRows(Bound& call, llvm::StringRef param, Dim rows) {
  for (int64_t index : call.Get(param).contents) {
    if (rows.is_constant() && (index < 0 || index >= rows.constant())) {
      call.Fail("index-out-of-range", Join(call.name(), " is given the index ", index, ", `weight` has ", rows, " rows"), param, {rows});
      return;
    }
  }
}

void CheckPaddingIndex(Bound& call, Dim rows) {
  std::optional<int64_t> padding = call.Constant("padding_idx");
  if (!call.Given("padding_idx") || !padding || !rows.is_constant()) {
    return;
  }
  if (*padding >= rows.constant() || *padding < -rows.constant()) {
    call.Fail("argument-value", Join(call.name(), " needs `padding_idx` below the number of rows, ", rows, ", got ", *padding), "padding_idx", {rows});
  }
}

// data: 0 torch.nn.functional.embedding, 1 torch.embedding, whose arguments change places and whose padding_idx may be -1.
Result Embedding(Bound& call) {
  llvm::StringRef param = call.data() == 1 ? "indices" : "input";
  TensorType indices = call.Tensor(param), weight = call.Tensor("weight");
  CheckIndices(call, param);
  if (!call.CheckRank("weight", 2) || !Known(weight) || !Known(indices)) {
    return call.Return(Shape(), weight.dtype);
  }
  if (call.data() == 0) {
    CheckPaddingIndex(call, DimsOf(weight)[0]);
  }
  CheckRows(call, param, DimsOf(weight)[0]);
  Dims dims = Copy(indices);
  dims.push_back(DimsOf(weight)[1]);
  return call.Return(dims, weight.dtype);
}

// The rows of the output: those of a 2-d input, or one for each offset into a 1-d one.
Dim BagCount(Bound& call, const TensorType& input, const TensorType& offsets) {
  if (!Known(input)) {
    return Dim::Unknown();
  }
  if (Rank(input) == 2) {
    if (call.Has("offsets") && !call.IsUnknown("offsets")) {
      call.Fail("argument-value", Join("embedding_bag takes `offsets` only with a 1-d input, `input` is ", input.shape), "offsets");
    }
    return DimsOf(input)[0];
  }
  if (!call.Has("offsets")) {
    call.Fail("missing-argument", "embedding_bag of a 1-d input needs `offsets`", "input");
    return Dim::Unknown();
  }
  if (!call.CheckRank("offsets", 1) || !Known(offsets)) {
    return Dim::Unknown();
  }
  const std::vector<int64_t>& starts = call.Get("offsets").contents;
  Dim length = DimsOf(input)[0];
  if (!starts.empty() && starts[0] != 0) {
    call.Fail("argument-value", Join("embedding_bag needs `offsets` to begin with 0, they begin with ", starts[0]), "offsets");
  } else if (!starts.empty() && ProvablyLess(length, Dim(starts.back()))) {
    call.Fail("index-out-of-range", Join("embedding_bag is given the offset ", starts.back(), " into an input of ", length, " elements"), "offsets", {length});
  }
  std::optional<bool> with_end = call.Bool("include_last_offset");
  return !with_end ? Dim::Unknown() : *with_end ? DimsOf(offsets)[0] - Dim(1) : DimsOf(offsets)[0];
}

Result EmbeddingBag(Bound& call) {
  // An older order of arguments is still taken: the table first, recognised by its dtype.
  DType first = call.Tensor("input").dtype, second = call.Tensor("weight").dtype;
  if (first == DType::Unknown && (second == DType::Unknown || second == DType::I64)) {
    return call.Return(Shape(), DType::Unknown);
  }
  bool swapped = shape::IsFloating(first) && (second == DType::I64 || second == DType::Unknown);
  llvm::StringRef input_param = swapped ? "weight" : "input", weight_param = swapped ? "input" : "weight";
  TensorType input = call.Tensor(input_param), weight = call.Tensor(weight_param), per_sample = call.Tensor("per_sample_weights");
  CheckIndices(call, input_param);
  llvm::StringRef mode = call.Str("mode");
  if (call.IsStr("mode") && mode != "sum" && mode != "mean" && mode != "max") {
    call.Fail("argument-value", Join("embedding_bag takes `mode` 'sum', 'mean' or 'max', got '", mode, "'"), "mode");
  }
  if (Known(per_sample) && Known(input)) {
    bool match = Rank(per_sample) == Rank(input);
    for (unsigned i = 0; match && i < Rank(input); ++i) {
      match = !ProvablyDifferent(DimsOf(input)[i], DimsOf(per_sample)[i]);
    }
    if (!match) {
      call.Fail("size-mismatch", Join("embedding_bag needs `per_sample_weights` of the shape of `input`, they are ", per_sample.shape, " and ", input.shape),
                "per_sample_weights");
    }
  }
  if (call.Get("per_sample_weights").is_tensor() && call.IsStr("mode") && mode != "sum") {
    call.Fail("argument-value", Join("embedding_bag takes `per_sample_weights` only with mode='sum', the mode is '", mode, "'"), "per_sample_weights");
  }
  if (!call.CheckRank(input_param, 1, 2) || !call.CheckRank(weight_param, 2)) {
    return call.Return(Shape(), weight.dtype);
  }
  Dim rows = Known(weight) ? DimsOf(weight)[0] : Dim::Unknown(), columns = Known(weight) ? DimsOf(weight)[1] : Dim::Unknown();
  CheckPaddingIndex(call, rows);
  Dim bags = BagCount(call, input, call.Tensor("offsets"));
  CheckRows(call, input_param, rows);
  return call.Return({bags, columns}, weight.dtype);
}

Result OneHot(Bound& call) {
  TensorType self = call.Tensor("self");
  if (self.dtype != DType::Unknown && self.dtype != DType::I64) {
    call.Fail("tensor-dtype", Join("one_hot needs class indices of dtype i64, `input` is ", self.dtype), "self");
  }
  Dim classes = call.Int("num_classes");
  const std::vector<int64_t>& contents = call.Get("self").contents;
  if (classes == Dim(-1)) {  // As many as the largest index needs.
    classes = contents.empty() ? Dim::Unknown() : Dim(*std::max_element(contents.begin(), contents.end()) + 1);
  } else if (ProvablyLess(classes, Dim(1)) && Known(self) && !llvm::is_contained(DimsOf(self), Dim(0))) {
    call.Fail("argument-value", Join("one_hot needs at least one class, got ", classes), "num_classes", {classes});
  } else if (classes.is_constant()) {
    for (int64_t index : contents) {
      if (index >= classes.constant()) {
        call.Fail("index-out-of-range", Join("one_hot is given the class ", index, ", there are ", classes, " classes"), "self", {classes});
        break;
      }
    }
  }
  if (!Known(self)) {
    return call.Return(Shape(), DType::I64);
  }
  Dims dims = Copy(self);
  dims.push_back(classes);
  return call.Return(dims, DType::I64);
}

Result Normalize(Bound& call) {
  TensorType input = call.Tensor("input");
  call.AxesOf("dim", input);
  return call.Return(input.shape, input.dtype);
}

Result GumbelSoftmax(Bound& call) {
  TensorType logits = call.Tensor("logits");
  call.Axis("dim", logits);
  return call.Return(logits.shape, logits.dtype);
}

constexpr Op kOps[] = {
    {"f", "cdist", "Tensor x1, Tensor x2, float p=2.0, str? compute_mode='use_mm_for_euclid_dist_if_necessary'", Cdist},
    {"fb", "pdist", "Tensor self, float p=2", Pdist},
    {"fb", "cosine_similarity", "Tensor x1, Tensor x2, int dim=1, float eps=1e-08", CosineSimilarity},
    {"fb", "pairwise_distance", "Tensor x1, Tensor x2, float p=2, float eps=1e-06, bool keepdim=False", PairwiseDistance},
    {"n", "embedding",
     "Tensor input, Tensor weight, int? padding_idx=None, float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False", Embedding, 0},
    {"f", "embedding", "Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False", Embedding, 1},
    {"n", "embedding_bag",
     "Tensor input, Tensor weight, Tensor? offsets=None, float? max_norm=None, float norm_type=2, bool scale_grad_by_freq=False, str mode='mean', "
     "bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int? padding_idx=None",
     EmbeddingBag},
    {"b", "one_hot", "Tensor self, int num_classes=-1", OneHot},
    {"no", "normalize", "Tensor input, float p=2.0, int[1] dim=1, float eps=1e-12", Normalize},
    {"n", "gumbel_softmax", "Tensor logits, float tau=1, bool hard=False, float eps=1e-10, int dim=-1", GumbelSoftmax},
};

}  // namespace

llvm::ArrayRef<Op> DistanceOps() { return kOps; }

}  // namespace trident::ops
