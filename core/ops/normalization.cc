// Normalisation layers: they keep the shape of their input and check the sizes of their parameters.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

// Every rule here returns the input's type.
Result Like(Bound& call, const TensorType& input) { return call.Return(input.shape, input.dtype); }

// A parameter of one dim with `count` elements, if given.
bool CheckVector(Bound& call, llvm::StringRef param, Dim count, bool one_dim = false) {
  TensorType type = call.Tensor(param);
  if (!call.Get(param).is_tensor() || !Known(type)) {
    return true;
  }
  if (ProvablyDifferent(type.shape.numel(), count) || (one_dim && Rank(type) != 1)) {
    call.Fail("norm-parameters", Join("`", param, "` of ", call.name(), " needs ", count, " elements, it is ", type.shape), param, {count});
    return false;
  }
  return true;
}

// The sizes of `type` are exactly `sizes`.
bool HasShape(const TensorType& type, llvm::ArrayRef<Dim> sizes) {
  bool same = Rank(type) == sizes.size();
  for (size_t i = 0; same && i < sizes.size(); ++i) {
    same = !ProvablyDifferent(DimsOf(type)[i], sizes[i]);
  }
  return same;
}

// The last sizes of the input are `normalized_shape`, and so are the parameters' shapes.
std::optional<Dims> CheckNormalized(Bound& call, const TensorType& input) {
  std::optional<Dims> sizes = call.Ints("normalized_shape");
  if (!sizes) {
    return std::nullopt;
  }
  if (sizes->empty()) {
    call.Fail("argument-length", Join("`normalized_shape` of ", call.name(), " must not be empty"), "normalized_shape");
    return sizes;
  }
  if (Known(input)) {
    size_t count = sizes->size();
    if (Rank(input) < count || !HasShape(Typed(DimsOf(input).take_back(count), input.dtype), *sizes)) {
      call.Fail("norm-shape", Join(call.name(), " expects an input whose last sizes are ", Shape::Of(*sizes), ", its input is ", input.shape),
                "input", {sizes->back(), Rank(input) > 0 ? DimsOf(input).back() : Dim(1)});
    }
  }
  for (const char* param : {"weight", "bias"}) {
    TensorType type = call.Tensor(param);
    if (call.Get(param).is_tensor() && Known(type) && !HasShape(type, *sizes)) {
      call.Fail("norm-parameters", Join("`", param, "` of ", call.name(), " must have the shape ", Shape::Of(*sizes), ", it is ", type.shape), param);
    }
  }
  return sizes;
}

Result LayerNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  CheckNormalized(call, input);
  return Like(call, input);
}

Result NativeLayerNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  std::optional<Dims> sizes = CheckNormalized(call, input);
  Shape stats;
  if (sizes && Known(input) && Rank(input) >= sizes->size()) {
    Dims dims = Copy(input);
    for (size_t i = 0; i < sizes->size(); ++i) {
      dims[dims.size() - 1 - i] = Dim(1);
    }
    stats = Shape::Of(dims);
  }
  return call.ReturnTuple({input, Typed(stats, input.dtype), Typed(stats, input.dtype)});
}

Result GroupNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  Dim groups = call.Int("num_groups");
  if (ProvablyLess(groups, Dim(1))) {
    return call.Fail("argument-value", Join("`num_groups` must be at least 1, it is ", groups), "num_groups");
  }
  if (!call.CheckRank("input", 2, 64) || !Known(input)) {
    return Like(call, input);
  }
  Dim channels = DimsOf(input)[1];
  if (ProvablyDifferent(Mod(channels, groups), Dim(0))) {
    return call.Fail("norm-groups", Join("group_norm divides ", channels, " channels into ", groups, " groups, which is not even"), "input",
                     {channels, groups});
  }
  CheckVector(call, "weight", channels, true);
  CheckVector(call, "bias", channels, true);
  Dim values = FloorDiv(DimsOf(input)[0] * channels, groups) * Product(DimsOf(input).drop_front(2));
  if (values == Dim(1)) {
    return call.Fail("norm-one-value", Join("group_norm of ", input, " with ", groups, " groups would average over a single value"), "input");
  }
  return Like(call, input);
}

Result BatchNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  // Outside training nothing is checked of an input without elements.
  bool may_be_empty = Known(input) && !ProvablyDifferent(input.shape.numel(), Dim(0)) && call.Bool("training") != true;
  if (may_be_empty && (Rank(input) < 2 || input.shape.numel() == Dim(0))) {
    return Like(call, input);
  }
  if (!call.CheckRank("input", 2, 64) || !Known(input)) {
    return Like(call, input);
  }
  Dim channels = DimsOf(input)[1];
  std::optional<bool> training = call.Bool("training");
  if (training == true) {
    Dim values = DimsOf(input)[0] * Product(DimsOf(input).drop_front(2));
    if (values == Dim(1)) {
      return call.Fail("norm-one-value", Join("batch_norm in training needs more than one value per channel, its input is ", input), "input");
    }
  }
  if (training == false && (call.Get("running_mean").is_none() || call.Get("running_var").is_none())) {
    return call.Fail("missing-argument", "batch_norm outside training needs `running_mean` and `running_var`", "running_mean");
  }
  // Of no elements nothing is checked. Only data decide on that: a size that depends on those of images is one of images.
  bool empty = llvm::any_of(DimsOf(input), [](Dim size) { return size == Dim(0) || (size.is_unknown() && size.bound()); });
  if (!empty) {
    for (const char* param : {"running_mean", "running_var", "weight", "bias"}) {
      CheckVector(call, param, channels);
    }
  }
  return Like(call, input);
}

Result NativeBatchNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  if (!call.CheckRank("input", 2, 64) || !Known(input)) {
    return call.ReturnTuple({input, Typed(Shape(), input.dtype), Typed(Shape(), input.dtype)});
  }
  std::optional<bool> training = call.Bool("training");
  if (input.shape.numel() == Dim(0) && training == true) {
    return call.Fail("empty-reduction", Join("batch_norm of ", input, ", which has no elements"), "input");
  }
  for (const char* param : {"running_mean", "running_var"}) {
    TensorType type = call.Tensor(param);
    if (call.Get(param).is_tensor() && Known(type) && Rank(type) != 1) {
      return call.Fail("tensor-rank", Join("`", param, "` of batch_norm must have 1 dim, it is ", type.shape), param);
    }
  }
  Dim stats = !training ? Dim::Unknown() : *training ? DimsOf(input)[1] : Dim(0);
  TensorType statistics = Typed({stats}, input.dtype);
  return call.ReturnTuple({input, statistics, statistics});
}

Result InstanceNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  if (!call.CheckRank("input", 2, 64) || !Known(input)) {
    return Like(call, input);
  }
  if (call.Bool("use_input_stats") == true && Product(DimsOf(input).drop_front(2)) == Dim(1)) {
    return call.Fail("norm-one-value", Join("instance_norm needs more than one element per channel, its input is ", input), "input");
  }
  for (const char* param : {"running_mean", "running_var", "weight", "bias"}) {
    CheckVector(call, param, DimsOf(input)[1]);
  }
  return Like(call, input);
}

Result NativeGroupNorm(Bound& call) {
  TensorType input = call.Tensor("input");
  if (call.CheckRank("input", 2, 64) && Known(input) && ProvablyDifferent(Mod(DimsOf(input)[1], call.Int("group")), Dim(0))) {
    call.Fail("norm-groups", Join("group_norm divides ", DimsOf(input)[1], " channels into ", call.Int("group"), " groups, which is not even"),
              "input");
  }
  TensorType statistics = Typed({call.Int("N"), call.Int("group")}, input.dtype);
  return call.ReturnTuple({input, statistics, statistics});
}

Result LocalResponseNorm(Bound& call) {
  call.CheckRank("input", 3, 64);
  TensorType input = call.Tensor("input");
  return call.Return(input.shape, FloatOf(input.dtype));
}

constexpr const char* kLayerNorm = "Tensor input, any normalized_shape, Tensor? weight=None, Tensor? bias=None, any eps=1e-05";

constexpr Op kOps[] = {
    {"n", "layer_norm", kLayerNorm, LayerNorm},
    {"f", "layer_norm", "Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True",
     LayerNorm},
    {"f", "native_layer_norm", "Tensor input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps", NativeLayerNorm},
    {"n", "rms_norm", "Tensor input, any normalized_shape, Tensor? weight=None, any eps=None", LayerNorm},
    {"f", "rms_norm", "Tensor input, int[] normalized_shape, Tensor? weight=None, float? eps=None", LayerNorm},
    {"n", "group_norm", "Tensor input, any num_groups, Tensor? weight=None, Tensor? bias=None, any eps=1e-05", GroupNorm},
    {"f", "group_norm", "Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True", GroupNorm},
    {"f", "native_group_norm", "Tensor input, Tensor? weight, Tensor? bias, int N, int C, int HxW, int group, float eps", NativeGroupNorm},
    {"n", "batch_norm",
     "Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, any training=False, any momentum=0.1, any "
     "eps=1e-05",
     BatchNorm},
    {"f", "batch_norm",
     "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool "
     "cudnn_enabled",
     BatchNorm},
    {"f", "native_batch_norm",
     "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps",
     NativeBatchNorm},
    {"n", "instance_norm",
     "Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, Tensor? bias=None, any use_input_stats=True, any "
     "momentum=0.1, any eps=1e-05",
     InstanceNorm},
    {"f", "instance_norm",
     "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, "
     "bool cudnn_enabled",
     InstanceNorm},
    {"n", "local_response_norm", "Tensor input, any size, any alpha=0.0001, any beta=0.75, any k=1.0", LocalResponseNorm},
};

}  // namespace

llvm::ArrayRef<Op> NormalizationOps() { return kOps; }

}  // namespace trident::ops
