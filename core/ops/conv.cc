// Convolutions and transposed convolutions over one, two and three dims.
//
// Source: the formulas of torch.nn.Conv2d's and torch.nn.ConvTranspose2d's pages.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

struct Convolution {
  unsigned spatial;  // How many dims it slides over.
  TensorType input, weight, bias;
  DType dtype = DType::Unknown;
  Dims stride, dilation;
  Dim groups;
};

bool CheckDTypes(Bound& call, Convolution& conv) {
  conv.dtype = conv.input.dtype;
  const std::pair<const char*, const TensorType*> others[] = {{"weight", &conv.weight}, {"bias", &conv.bias}};
  for (auto [name, type] : others) {
    if (!call.Get(name).is_tensor() || type->dtype == DType::Unknown || conv.input.dtype == DType::Unknown) {
      conv.dtype = conv.dtype == DType::Unknown ? type->dtype : conv.dtype;
      continue;
    }
    if (type->dtype != conv.input.dtype) {
      call.Fail("dtype-mismatch",
                Join(call.name(), "() needs an input and a ", name, " of one dtype, they are ", conv.input.dtype, " and ", type->dtype), "input");
      return false;
    }
  }
  return true;
}

bool CheckNumbers(Bound& call, llvm::StringRef param, llvm::ArrayRef<Dim> values, int64_t least) {
  for (Dim value : values) {
    if (ProvablyLess(value, Dim(least))) {
      call.Fail("argument-value", Join("`", param, "` of ", call.name(), "() must be at least ", least, ", it is ", value), param);
      return false;
    }
  }
  return true;
}

bool CheckRanks(Bound& call, const Convolution& conv) {
  unsigned n = conv.spatial;
  if (Known(conv.input) && Rank(conv.input) != n + 1 && Rank(conv.input) != n + 2) {
    call.Fail("tensor-rank", Join(call.name(), "() needs an input of ", n + 2, " dims, or ", n + 1, " without a batch, it is ", conv.input.shape),
              "input");
    return false;
  }
  if (Known(conv.weight) && Rank(conv.weight) != n + 2) {
    call.Fail("tensor-rank", Join(call.name(), "() needs a weight of ", n + 2, " dims, it is ", conv.weight.shape), "weight");
    return false;
  }
  return true;
}

// The numbers of channels of input, weight, groups and bias fit. Returns the number of output channels.
Dim CheckChannels(Bound& call, const Convolution& conv, bool transposed) {
  if (!Known(conv.weight)) {
    return Dim::Unknown();
  }
  Dim first = DimsOf(conv.weight)[0], second = DimsOf(conv.weight)[1];
  Dim wanted = transposed ? first : second * conv.groups, outputs = transposed ? second * conv.groups : first;
  Dim rest = Mod(first, conv.groups);
  if (ProvablyDifferent(rest, Dim(0)) || ProvablyLess(first, conv.groups)) {
    call.Fail(
        "conv-groups",
        Join(call.name(), "() with ", conv.groups, " groups needs a weight whose first size is a multiple of it, the weight is ", conv.weight.shape),
        "weight", {first, conv.groups});
  }
  if (Known(conv.input)) {
    Dim channels = DimsOf(conv.input)[Rank(conv.input) - conv.spatial - 1];
    if (ProvablyDifferent(channels, wanted)) {
      call.Fail("conv-in-channels", Join(call.name(), " expects ", wanted, " input channels, its input has ", channels), "input", {wanted, channels});
    }
  }
  if (Known(conv.bias) && (Rank(conv.bias) != 1 || ProvablyDifferent(DimsOf(conv.bias)[0], outputs))) {
    call.Fail("size-mismatch", Join(call.name(), " has ", outputs, " output channels, its bias is ", conv.bias.shape), "bias", {outputs});
  }
  return outputs;
}

std::optional<Convolution> Read(Bound& call) {
  Convolution conv{
      static_cast<unsigned>(call.data()), call.Tensor("input"), call.Tensor("weight"), call.Tensor("bias"), {}, {}, {}, call.Int("groups")};
  conv.stride = call.Ints("stride", conv.spatial);
  conv.dilation = call.Ints("dilation", conv.spatial);
  bool fine = CheckNumbers(call, "groups", {conv.groups}, 1) && CheckNumbers(call, "stride", conv.stride, 1) &&
              CheckNumbers(call, "dilation", conv.dilation, 0) && CheckRanks(call, conv) && CheckDTypes(call, conv);
  return fine && !call.failed() ? std::optional<Convolution>(conv) : std::nullopt;
}

// [batch,] outputs, spatial...
Result Finish(Bound& call, const Convolution& conv, Dim outputs, llvm::ArrayRef<Dim> spatial) {
  if (!Known(conv.input)) {
    return call.Return(Shape(), conv.dtype);
  }
  Dims dims(DimsOf(conv.input).begin(), DimsOf(conv.input).end() - conv.spatial);
  dims.back() = outputs;
  dims.append(spatial.begin(), spatial.end());
  return call.Return(dims, conv.dtype);
}

Result Convolve(Bound& call) {
  std::optional<Convolution> conv = Read(call);
  if (!conv) {
    return call.Return(TensorType());
  }
  Dim outputs = CheckChannels(call, *conv, false);
  unsigned n = conv->spatial;
  llvm::StringRef mode = call.Str("padding");
  if (call.IsStr("padding") && mode != "same" && mode != "valid") {
    return call.Fail("argument-value", Join("`padding` of ", call.name(), "() must be a number, 'same' or 'valid', not '", mode, "'"), "padding");
  }
  Dims padding = mode.empty() ? call.Ints("padding", n) : Dims(n, Dim(0));
  CheckNumbers(call, "padding", padding, 0);
  Dims spatial(n);
  for (unsigned i = 0; i < n && Known(conv->input); ++i) {
    Dim length = DimsOf(conv->input)[Rank(conv->input) - n + i];
    if (mode == "same") {
      if (ProvablyDifferent(conv->stride[i], Dim(1))) {
        return call.Fail("argument-value", Join(call.name(), "() with padding='same' needs stride 1, it is ", conv->stride[i]), "stride");
      }
      spatial[i] = length;
      continue;
    }
    if (!Known(conv->weight)) {
      continue;
    }
    Dim reach = conv->dilation[i] * (DimsOf(conv->weight)[i + 2] - Dim(1)) + Dim(1), padded = length + Dim(2) * padding[i];
    if (ProvablyLess(padded, reach)) {
      return call.Fail(
          "conv-kernel-size",
          Join("the kernel of ", call.name(), " spans ", reach, " elements, its padded input has ", padded, " at dim ", Rank(conv->input) - n + i),
          "input", {padded, reach});
    }
    spatial[i] = FloorDiv(padded - reach, conv->stride[i]) + Dim(1);
  }
  return Finish(call, *conv, outputs, spatial);
}

Result ConvolveTransposed(Bound& call) {
  std::optional<Convolution> conv = Read(call);
  if (!conv) {
    return call.Return(TensorType());
  }
  Dim outputs = CheckChannels(call, *conv, true);
  unsigned n = conv->spatial;
  Dims padding = call.Ints("padding", n), extra = call.Ints("output_padding", n), spatial(n);
  CheckNumbers(call, "padding", padding, 0);
  CheckNumbers(call, "output_padding", extra, 0);
  for (unsigned i = 0; i < n && Known(conv->input) && Known(conv->weight); ++i) {
    if (!ProvablyLess(extra[i], conv->stride[i]) && !ProvablyLess(extra[i], conv->dilation[i]) && extra[i].is_constant() &&
        conv->stride[i].is_constant() && conv->dilation[i].is_constant()) {
      return call.Fail("argument-value", Join("`output_padding` of ", call.name(), "() must be below its stride or its dilation, it is ", extra[i]),
                       "output_padding");
    }
    Dim length = DimsOf(conv->input)[Rank(conv->input) - n + i];
    spatial[i] =
        (length - Dim(1)) * conv->stride[i] - Dim(2) * padding[i] + conv->dilation[i] * (DimsOf(conv->weight)[i + 2] - Dim(1)) + extra[i] + Dim(1);
    if (ProvablyLess(spatial[i], Dim(0))) {
      return call.Fail("conv-kernel-size", Join(call.name(), " would give size ", spatial[i], " at dim ", Rank(conv->input) - n + i), "input",
                       {length});
    }
  }
  return Finish(call, *conv, outputs, spatial);
}

#define CONV(n) "Tensor input, Tensor weight, Tensor? bias=None, int[" #n "] stride=1, any padding=0, int[" #n "] dilation=1, int groups=1"
#define TRANSPOSED(n)                                                                                                                                \
  "Tensor input, Tensor weight, Tensor? bias=None, int[" #n "] stride=1, int[" #n "] padding=0, int[" #n "] output_padding=0, int groups=1, int[" #n \
  "] dilation=1"

constexpr Op kOps[] = {
    {"fb", "conv1d", CONV(1), Convolve, 1},
    {"fb", "conv2d", CONV(2), Convolve, 2},
    {"fb", "conv3d", CONV(3), Convolve, 3},
    {"fb", "conv_transpose1d", TRANSPOSED(1), ConvolveTransposed, 1},
    {"fb", "conv_transpose2d", TRANSPOSED(2), ConvolveTransposed, 2},
    {"fb", "conv_transpose3d", TRANSPOSED(3), ConvolveTransposed, 3},
};

#undef CONV
#undef TRANSPOSED

}  // namespace

llvm::ArrayRef<Op> ConvOps() { return kOps; }

}  // namespace trident::ops
