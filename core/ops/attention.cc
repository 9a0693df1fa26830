// Attention: scaled_dot_product_attention and multi_head_attention_forward.
#include "core/ops/rule.h"

#include <algorithm>

namespace trident::ops {
namespace {

bool CheckOneDType(Bound& call, llvm::ArrayRef<llvm::StringRef> params) {
  const DType first = call.Tensor(params[0]).dtype;
  for (llvm::StringRef param : params.drop_front()) {
    DType own = call.Tensor(param).dtype;
    if (call.Get(param).is_tensor() && own != DType::Unknown && first != DType::Unknown && own != first) {
      call.Fail("dtype-mismatch", Join(call.name(), " needs tensors of one dtype, `", params[0], "` is ", first, " and `", param, "` is ", own),
                param);
      return false;
    }
  }
  return true;
}

// Broadcast of the sizes in front of the last two.
Shape BatchOf(Bound& call, llvm::ArrayRef<TensorType> types) {
  std::vector<TensorType> batches;
  for (const TensorType& type : types) {
    batches.push_back(Typed(DimsOf(type).drop_back(2), type.dtype));
  }
  return call.Broadcast(batches);
}

// With grouped queries each head of key and value serves several heads of the query.
TensorType WithHeads(Bound& call, const TensorType& type, const TensorType& query, llvm::StringRef param) {
  if (Rank(type) < 3 || Rank(query) < 3) {
    return type;
  }
  Dims dims = Copy(type);
  Dim &heads = dims[dims.size() - 3], wanted = DimsOf(query)[Rank(query) - 3];
  if (ProvablyDifferent(Mod(wanted, heads), Dim(0))) {
    call.Fail("attention-heads",
              Join("grouped attention needs query heads that are a multiple of ", param, " heads, they are ", wanted, " and ", heads), param,
              {wanted, heads});
  }
  heads = wanted;
  return Typed(dims, type.dtype);
}

Result Attention(Bound& call) {
  TensorType query = call.Tensor("query"), key = call.Tensor("key"), value = call.Tensor("value"), mask = call.Tensor("attn_mask");
  CheckOneDType(call, {"query", "key", "value"});
  for (const char* param : {"query", "key", "value"}) {
    call.CheckRank(param, 2, 64);
  }
  if (call.Bool("is_causal") == true && call.Get("attn_mask").is_tensor()) {
    call.Fail("argument-value", "attention takes `attn_mask` or `is_causal`, not both", "attn_mask");
  }
  if (call.failed() || !Known(query) || !Known(key) || !Known(value)) {
    return call.Return(Known(query) ? Shape::Of(Dims(Rank(query))) : Shape(), query.dtype);
  }
  Dim features = DimsOf(query).back(), of_key = DimsOf(key).back();
  if (ProvablyDifferent(features, of_key)) {
    return call.Fail("attention-sizes", Join("attention needs queries and keys of one size, they have ", features, " and ", of_key), "key",
                     {features, of_key});
  }
  Dim sources = DimsOf(key)[Rank(key) - 2], of_value = DimsOf(value)[Rank(value) - 2];
  if (ProvablyDifferent(sources, of_value)) {
    return call.Fail("attention-sizes", Join("attention needs as many values as keys, there are ", of_value, " and ", sources), "value",
                     {of_value, sources});
  }
  if (call.Bool("enable_gqa") == true) {
    key = WithHeads(call, key, query, "key");
    value = WithHeads(call, value, query, "value");
  }
  Shape batch = BatchOf(call, {query, key, value});
  if (call.failed() || !batch.rank_known()) {
    return call.Return(Shape(), query.dtype);
  }
  Dims scores(batch.dims().begin(), batch.dims().end());
  scores.push_back(DimsOf(query)[Rank(query) - 2]);
  scores.push_back(sources);
  if (Known(mask)) {
    shape::Broadcast fit = shape::BroadcastShapes(Shape::Of(scores), mask.shape);
    if (fit.failed_axis >= 0) {
      return call.Fail("attention-mask", Join("the mask of attention is ", mask.shape, ", its scores are ", Shape::Of(scores)), "attn_mask",
                       {fit.right, fit.left});
    }
  }
  scores.back() = DimsOf(value).back();
  return call.Return(scores, query.dtype);
}

// The sizes that the steps of multi-head attention work with; a batch of 1 stands in where there is none.
struct Heads {
  TensorType query, key, value;
  bool batched = true;
  Dim targets, batch, features, sources, heads;
};

bool SameShape(const TensorType& type, llvm::ArrayRef<Dim> dims) {
  bool same = Rank(type) == dims.size();
  for (size_t i = 0; same && i < dims.size(); ++i) {
    same = !ProvablyDifferent(DimsOf(type)[i], dims[i]);
  }
  return same;
}

void RequireShape(Bound& call, llvm::StringRef param, llvm::ArrayRef<Dim> dims, const char* slug = "size-mismatch") {
  TensorType type = call.Tensor(param);
  if (call.Get(param).is_tensor() && Known(type) && !SameShape(type, dims)) {
    call.Fail(slug, Join("`", param, "` of multi-head attention must have the shape ", Shape::Of(dims), ", it is ", type.shape), param);
  }
}

bool CheckInputs(Bound& call, Heads& heads) {
  if (!call.CheckRank("query", 2, 3)) {
    return false;
  }
  heads.batched = Rank(heads.query) == 3;
  for (const char* param : {"key", "value"}) {
    call.CheckRank(param, Rank(heads.query));
  }
  if (call.failed() || !Known(heads.key) || !Known(heads.value)) {
    return false;
  }
  heads.targets = DimsOf(heads.query)[0];
  heads.batch = heads.batched ? DimsOf(heads.query)[1] : Dim(1);
  heads.features = DimsOf(heads.query).back();
  heads.sources = DimsOf(heads.key)[0];
  heads.heads = call.Int("num_heads");
  Dim wanted = call.Int("embed_dim_to_check");
  if (ProvablyDifferent(heads.features, wanted)) {
    call.Fail("attention-sizes", Join("multi-head attention expects ", wanted, " features, its query has ", heads.features), "query",
              {wanted, heads.features});
  }
  if (ProvablyDifferent(Mod(heads.features, heads.heads), Dim(0))) {
    call.Fail("attention-heads", Join("the features of multi-head attention, ", heads.features, ", are no multiple of its heads, ", heads.heads),
              "num_heads", {heads.features, heads.heads});
  }
  bool packed = call.Bool("use_separate_proj_weight") == false;
  bool equal = !packed ? SameShape(Typed(DimsOf(heads.key).drop_back(), heads.key.dtype), DimsOf(heads.value).drop_back())
                       : SameShape(heads.key, DimsOf(heads.value));
  if (!equal) {
    call.Fail("attention-sizes", Join("the key and the value of multi-head attention do not fit: ", heads.key.shape, " and ", heads.value.shape),
              "value");
  }
  if (heads.batched && ProvablyDifferent(DimsOf(heads.key)[1], heads.batch)) {
    call.Fail("attention-sizes",
              Join("the query and the key of multi-head attention have different batch sizes, ", heads.batch, " and ", DimsOf(heads.key)[1]), "key",
              {heads.batch, DimsOf(heads.key)[1]});
  }
  return !call.failed();
}

// The bias is cut in three, each of which is added to one projection.
void CheckPackedBias(Bound& call, Dim size) {
  TensorType bias = call.Tensor("in_proj_bias");
  if (!call.Get("in_proj_bias").is_tensor() || !Known(bias)) {
    return;
  }
  bool separate = call.Bool("use_separate_proj_weight") == true;
  if (!separate && Rank(bias) == 1 && DimsOf(bias)[0].is_constant()) {
    Dim part = FloorDiv(DimsOf(bias)[0] + Dim(2), Dim(3)), last = DimsOf(bias)[0] - part - part;
    auto fits = [&](Dim dim) { return !ProvablyDifferent(dim, size) || dim == Dim(1); };
    if (fits(part) && fits(last)) {
      return;
    }
  }
  RequireShape(call, "in_proj_bias", {Dim(3) * size});
}

void CheckWeights(Bound& call, const Heads& heads) {
  Dim size = heads.features;
  if (call.Bool("use_separate_proj_weight") == true) {
    RequireShape(call, "q_proj_weight", {size, size});
    RequireShape(call, "k_proj_weight", {size, DimsOf(heads.key).back()});
    RequireShape(call, "v_proj_weight", {size, DimsOf(heads.value).back()});
  } else if (call.Bool("use_separate_proj_weight") == false) {
    if (call.Get("in_proj_weight").is_none()) {
      call.Fail("missing-argument", "multi-head attention needs `in_proj_weight`", "in_proj_weight");
    }
    RequireShape(call, "in_proj_weight", {Dim(3) * size, size});
    if (ProvablyDifferent(DimsOf(heads.key).back(), size)) {
      call.Fail("attention-sizes", Join("multi-head attention expects keys of ", size, " features, they have ", DimsOf(heads.key).back()), "key");
    }
  }
  CheckPackedBias(call, size);
  TensorType weight = call.Tensor("out_proj_weight"), bias = call.Tensor("out_proj_bias");
  if (Known(weight) && (Rank(weight) == 0 || Rank(weight) > 2 || ProvablyDifferent(DimsOf(weight).back(), size))) {
    call.Fail("linear-in-features", Join("the output projection of multi-head attention must take ", size, " features, its weight is ", weight.shape),
              "out_proj_weight");
  }
  if (Known(weight) && Rank(weight) == 2 && Known(bias) &&
      (Rank(bias) > 1 || (Rank(bias) == 1 && ProvablyDifferent(DimsOf(bias)[0], DimsOf(weight)[0]) && ProvablyDifferent(DimsOf(bias)[0], Dim(1))))) {
    call.Fail("size-mismatch", Join("the output projection of multi-head attention is ", weight.shape, ", its bias is ", bias.shape),
              "out_proj_bias");
  }
  for (const char* param : {"bias_k", "bias_v"}) {
    TensorType extra = call.Tensor(param);
    if (call.Get(param).is_tensor() && Known(extra) &&
        (Rank(extra) > 3 || ProvablyDifferent(Rank(extra) > 0 ? DimsOf(extra).back() : Dim(1), size))) {
      call.Fail("size-mismatch", Join("`", param, "` of multi-head attention must end in ", size, " features, it is ", extra.shape), param);
    }
  }
}

void CheckMasks(Bound& call, const Heads& heads) {
  TensorType mask = call.Tensor("attn_mask"), padding = call.Tensor("key_padding_mask");
  if (call.Get("attn_mask").is_tensor() && Known(mask)) {
    if (Rank(mask) == 2) {
      RequireShape(call, "attn_mask", {heads.targets, heads.sources}, "attention-mask");
    } else if (Rank(mask) == 3) {
      RequireShape(call, "attn_mask", {heads.batch * heads.heads, heads.targets, heads.sources}, "attention-mask");
    } else {
      call.Fail("attention-mask", Join("the mask of multi-head attention has 2 or 3 dims, it is ", mask.shape), "attn_mask");
    }
  }
  if (call.Get("key_padding_mask").is_tensor() && Known(padding)) {
    if (heads.batched) {
      RequireShape(call, "key_padding_mask", {heads.batch, heads.sources}, "attention-mask");
    } else {
      RequireShape(call, "key_padding_mask", {heads.sources}, "attention-mask");
    }
  }
  if (call.Bool("is_causal") == true && call.Get("attn_mask").is_none()) {
    call.Fail("attention-mask", "multi-head attention needs `attn_mask` beside `is_causal`", "is_causal");
  }
}

Result MultiHeadAttention(Bound& call) {
  Heads heads;
  heads.query = call.Tensor("query");
  heads.key = call.Tensor("key");
  heads.value = call.Tensor("value");
  DType dtype = heads.query.dtype;
  auto both = [&](TensorType output, TensorType weights) {
    std::optional<bool> wanted = call.Bool("need_weights");
    Value second = !wanted ? Value::MakeUnknown() : *wanted ? Value::MakeTensor(weights) : Value::MakeNone();
    return call.Return(Value::MakeTuple({Value::MakeTensor(output), std::move(second)}));
  };
  if (!Known(heads.query) || !CheckInputs(call, heads)) {
    return both(Typed(heads.query.shape, dtype), Typed(Shape(), dtype));
  }
  CheckWeights(call, heads);
  CheckMasks(call, heads);
  Dim sources = heads.sources + Dim(call.Has("bias_k") ? 1 : 0);
  std::optional<bool> zero = call.Bool("add_zero_attn"), average = call.Bool("average_attn_weights");
  sources = zero ? sources + Dim(*zero ? 1 : 0) : Dim::Unknown();
  TensorType weight = call.Tensor("out_proj_weight");
  Dims output = Copy(heads.query), weights;
  output.back() = Known(weight) && Rank(weight) == 2 ? DimsOf(weight)[0] : output.back();
  if (heads.batched) {
    weights.push_back(heads.batch);
  }
  if (average == false) {
    weights.push_back(heads.heads);
  }
  weights.push_back(heads.targets);
  weights.push_back(sources);
  return both(Typed(output, dtype), Typed(average ? Shape::Of(weights) : Shape(), dtype));
}

constexpr Op kOps[] = {
    {"b", "scaled_dot_product_attention",
     "Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool "
     "enable_gqa=False",
     Attention},
    {"nv", "multi_head_attention_forward",
     "Tensor query, Tensor key, Tensor value, any embed_dim_to_check, any num_heads, Tensor? in_proj_weight, Tensor? in_proj_bias, Tensor? bias_k, "
     "Tensor? bias_v, any add_zero_attn, "
     "any dropout_p, Tensor out_proj_weight, Tensor? out_proj_bias, any training=True, Tensor? key_padding_mask=None, any need_weights=True, Tensor? "
     "attn_mask=None, "
     "any use_separate_proj_weight=False, Tensor? q_proj_weight=None, Tensor? k_proj_weight=None, Tensor? v_proj_weight=None, Tensor? static_k=None, "
     "Tensor? static_v=None, "
     "any average_attn_weights=True, any is_causal=False",
     MultiHeadAttention},
};

}  // namespace

llvm::ArrayRef<Op> AttentionOps() { return kOps; }

}  // namespace trident::ops
