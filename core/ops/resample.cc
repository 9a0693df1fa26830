// Rules that give an image another resolution: interpolation, sampling at a grid, moving channels into pixels.
#include "core/ops/rule.h"

#include <cmath>

namespace trident::ops {
namespace {

// floor(size * scale). A scale that is a fraction with a power of two below keeps symbols: 1.5 H is 3 H // 2.
Dim Scaled(Dim size, double scale) {
  if (size.is_constant()) {
    return Dim(static_cast<int64_t>(std::floor(static_cast<double>(size.constant()) * scale)));
  }
  for (int64_t below = 1; below <= 1024; below *= 2) {
    double above = scale * static_cast<double>(below);
    if (above == std::floor(above) && above < 1e9) {
      Dim whole = size * Dim(static_cast<int64_t>(above));
      return below == 1 ? whole : FloorDiv(whole, Dim(below));
    }
  }
  return Dim::Unknown();
}

std::optional<double> NumberOf(const Value& value) {
  if (value.kind == Value::Kind::Float && value.known) {
    return value.number;
  }
  if (value.kind == Value::Kind::Int && value.dim.is_constant()) {
    return static_cast<double>(value.dim.constant());
  }
  return std::nullopt;
}

// A symbolic factor multiplies; a number scales.
Dim ScaledBy(Dim size, const Value& scale) {
  if (std::optional<double> number = NumberOf(scale)) {
    return Scaled(size, *number);
  }
  return scale.kind == Value::Kind::Int ? size * scale.dim : Dim::Unknown();
}

bool CheckCount(Bound& call, llvm::StringRef param, size_t count, unsigned spatial) {
  if (count == spatial) {
    return true;
  }
  call.Fail("argument-length", Join(call.name(), " needs `", param, "` for the ", spatial, " spatial dims of ", call.Tensor("input").shape, ", got ", count), param);
  return false;
}

// The spatial sizes that are asked for; nullopt where they are unknown or it failed.
std::optional<Dims> AskedSizes(Bound& call, llvm::ArrayRef<Dim> spatial) {
  if (call.Has("size")) {
    const Value& size = call.Get("size");
    if (size.kind == Value::Kind::Int) {
      return Dims(spatial.size(), size.dim);
    }
    std::optional<Dims> sizes = call.Ints("size");
    return sizes && CheckCount(call, "size", sizes->size(), spatial.size()) ? sizes : std::nullopt;
  }
  const Value& scale = call.Get("scale_factor");
  Dims sizes;
  if (scale.kind == Value::Kind::List || scale.kind == Value::Kind::Tuple) {
    if (!scale.length_known || !CheckCount(call, "scale_factor", scale.elements.size(), spatial.size())) {
      return std::nullopt;
    }
    for (unsigned i = 0; i < spatial.size(); ++i) {
      sizes.push_back(ScaledBy(spatial[i], scale.elements[i]));
    }
    return sizes;
  }
  for (Dim size : spatial) {
    sizes.push_back(ScaledBy(size, scale));
  }
  return sizes;
}

// The rank that a mode needs, 0 for any from 3 to 5; -1 for no such mode.
int RankOfMode(llvm::StringRef mode) {
  return mode == "nearest" || mode == "nearest-exact" || mode == "area" ? 0 : mode == "linear" ? 3 : mode == "bilinear" || mode == "bicubic" ? 4 : mode == "trilinear" ? 5 : -1;
}

bool CheckOptions(Bound& call, llvm::StringRef mode, const TensorType& input) {
  int rank = RankOfMode(mode);
  if (rank < 0) {
    call.Fail("argument-value", Join(call.name(), " has no mode '", mode, "'"), "mode");
  } else if (Known(input) && Rank(input) != static_cast<unsigned>(rank) && rank != 0) {
    call.Fail("tensor-rank", Join(call.name(), " with mode '", mode, "' needs a ", rank, "-d tensor, `input` is ", input.shape), "input");
  } else if (rank == 0 && call.Has("align_corners") && !call.IsUnknown("align_corners")) {
    call.Fail("argument-value", Join(call.name(), " takes `align_corners` only with the linear and cubic modes, the mode is '", mode, "'"), "align_corners");
  } else if (call.Bool("antialias") == true && mode != "bilinear" && mode != "bicubic") {
    call.Fail("argument-value", Join(call.name(), " takes `antialias` only with the modes 'bilinear' and 'bicubic', the mode is '", mode, "'"), "antialias");
  } else if (call.Has("size") && call.Has("scale_factor") && !call.IsUnknown("size") && !call.IsUnknown("scale_factor")) {
    call.Fail("argument-value", Join(call.name(), " takes either `size` or `scale_factor`, both are given"), "scale_factor");
  } else if (!call.Has("size") && !call.Has("scale_factor")) {
    call.Fail("missing-argument", Join(call.name(), " needs `size` or `scale_factor`"));
  } else if (call.Has("size") && !call.IsUnknown("size") && call.Bool("recompute_scale_factor") == true) {
    call.Fail("argument-value", Join(call.name(), " takes `recompute_scale_factor` only with `scale_factor`"), "recompute_scale_factor");
  }
  return !call.failed();
}

Result InterpolateWith(Bound& call, llvm::StringRef mode) {
  TensorType input = call.Tensor("input");
  if (!CheckOptions(call, mode, input) || !call.CheckRank("input", 2, 5) || !Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  llvm::ArrayRef<Dim> dims = DimsOf(input), spatial = dims.drop_front(2);
  if (call.IsUnknown("size") && call.Given("size")) {
    Dims unknown(dims.begin(), dims.begin() + 2);
    unknown.resize(dims.size());
    return call.Return(unknown, input.dtype);
  }
  std::optional<Dims> sizes = AskedSizes(call, spatial);
  if (!call.CheckRank("input", 3, 5) || !sizes) {
    return call.Return(Shape(), input.dtype);
  }
  Dims out(dims.begin(), dims.begin() + 2);
  for (unsigned i = 0; i < sizes->size(); ++i) {
    if (ProvablyLess((*sizes)[i], Dim(mode == "area" ? 0 : 1)) || spatial[i] == Dim(0)) {
      return call.Fail("argument-value", Join(call.name(), " needs sizes of at least 1, it makes ", (*sizes)[i], " of ", spatial[i]), call.Has("size") ? "size" : "scale_factor",
                       {(*sizes)[i], spatial[i]});
    }
    out.push_back((*sizes)[i]);
  }
  return call.Return(out, input.dtype);
}

Result Interpolate(Bound& call) {
  return call.IsStr("mode") ? InterpolateWith(call, call.Str("mode")) : call.GiveUp("the mode is unknown");
}
Result UpsampleNearest(Bound& call) { return InterpolateWith(call, "nearest"); }
Result UpsampleBilinear(Bound& call) { return InterpolateWith(call, "bilinear"); }

// data: 0 torch.nn.functional.grid_sample; else the rank that torch.grid_sampler_*d needs, 1 for any.
Result GridSample(Bound& call) {
  TensorType input = call.Tensor("input"), grid = call.Tensor("grid");
  llvm::StringRef mode = call.Str("mode"), padding = call.Str("padding_mode");
  if (call.IsStr("mode") && mode != "bilinear" && mode != "nearest" && mode != "bicubic") {
    call.Fail("argument-value", Join(call.name(), " takes `mode` 'bilinear', 'nearest' or 'bicubic', got '", mode, "'"), "mode");
  } else if (call.IsStr("padding_mode") && padding != "zeros" && padding != "border" && padding != "reflection") {
    call.Fail("argument-value", Join(call.name(), " takes `padding_mode` 'zeros', 'border' or 'reflection', got '", padding, "'"), "padding_mode");
  } else if (input.dtype != DType::Unknown && grid.dtype != DType::Unknown && input.dtype != grid.dtype) {
    call.Fail("dtype-mismatch", Join(call.name(), " needs `input` and `grid` of one dtype, they are ", input.dtype, " and ", grid.dtype), "grid");
  }
  unsigned low = call.data() > 1 ? call.data() : 4, high = call.data() > 1 ? call.data() : 5;
  if (!call.CheckRank("input", low, high) || !Known(input) || !Known(grid)) {
    return call.Return(Shape(), input.dtype);
  }
  llvm::ArrayRef<Dim> in = DimsOf(input), at = DimsOf(grid);
  if (in.size() != at.size() || ProvablyDifferent(in[0], at[0]) || ProvablyDifferent(at.back(), Dim(in.size() - 2))) {
    return call.Fail("grid-shape", Join(call.name(), " of ", input.shape, " needs a grid of ", in.size(), " dims, batch ", in[0], " and last size ", in.size() - 2, ", it is ",
                                        grid.shape), "grid", {in[0], at.empty() ? Dim() : at[0]});
  }
  if (mode == "bicubic" && in.size() != 4) {
    return call.Fail("tensor-rank", Join(call.name(), " with mode 'bicubic' needs a 4-d tensor, `input` is ", input.shape), "input");
  }
  for (Dim size : in.drop_front(2)) {
    if (size == Dim(0)) {
      return call.Fail("tensor-rank", Join(call.name(), " needs pixels, `input` is ", input.shape), "input");
    }
  }
  Dims out = {in[0], in[1]};
  out.append(at.begin() + 1, at.end() - 1);
  return call.Return(out, input.dtype);
}

// theta [N, 2, 3] and a size of 4, or [N, 3, 4] and a size of 5.
Result AffineGrid(Bound& call) {
  TensorType theta = call.Tensor("theta");
  std::optional<Dims> size = call.Ints("size");
  if (theta.dtype != DType::Unknown && !shape::IsFloating(theta.dtype)) {
    call.Fail("tensor-dtype", Join("affine_grid needs a floating-point `theta`, it is ", theta.dtype), "theta");
  }
  if (!size) {
    return call.Return(Shape(), theta.dtype);
  }
  if (size->size() != 4 && size->size() != 5) {
    return call.Fail("argument-length", Join("affine_grid needs the size of a 4-d or 5-d image, got ", size->size(), " values"), "size");
  }
  unsigned spatial = size->size() - 2;
  if (!call.CheckRank("theta", 3) || !Known(theta)) {
    return call.Return(Shape(), theta.dtype);
  }
  if (ProvablyDifferent(DimsOf(theta)[1], Dim(spatial)) || ProvablyDifferent(DimsOf(theta)[2], Dim(spatial + 1))) {
    return call.Fail("grid-shape", Join("affine_grid of a ", spatial + 2, "-d image needs `theta` [N, ", spatial, ", ", spatial + 1, "], it is ", theta.shape), "theta");
  }
  Dims out = {(*size)[0]};
  out.append(size->begin() + 2, size->end());
  out.push_back(Dim(spatial));
  return call.Return(out, theta.dtype);
}

bool CheckDivides(Bound& call, llvm::StringRef what, Dim size, Dim divisor, llvm::StringRef blame) {
  Dim rest = shape::Mod(size, divisor);
  if (!rest.is_constant() || rest == Dim(0)) {
    return true;
  }
  call.Fail("not-divisible", Join(call.name(), " needs ", what, ", ", size, ", to be divisible by ", divisor), blame, {size, divisor});
  return false;
}

Result PixelShuffle(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim factor = call.Int("upscale_factor");
  if (ProvablyLess(factor, Dim(1))) {
    call.Fail("argument-value", Join("pixel_shuffle needs a factor of at least 1, got ", factor), "upscale_factor", {factor});
  }
  if (!call.CheckRank("self", 3, 64) || !Known(self)) {
    return call.Return(Shape(), self.dtype);
  }
  Dims dims = Copy(self);
  Dim* image = dims.end() - 3;
  CheckDivides(call, "the channels", image[0], factor * factor, "self");
  image[0] = FloorDiv(image[0], factor * factor);
  image[1] = image[1] * factor;
  image[2] = image[2] * factor;
  return call.Return(dims, self.dtype);
}

Result PixelUnshuffle(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim factor = call.Int("downscale_factor");
  if (ProvablyLess(factor, Dim(1))) {
    call.Fail("argument-value", Join("pixel_unshuffle needs a factor of at least 1, got ", factor), "downscale_factor", {factor});
  }
  if (!call.CheckRank("self", 3, 64) || !Known(self)) {
    return call.Return(Shape(), self.dtype);
  }
  Dims dims = Copy(self);
  Dim* image = dims.end() - 3;
  CheckDivides(call, "the height", image[1], factor, "self");
  CheckDivides(call, "the width", image[2], factor, "self");
  image[0] = image[0] * factor * factor;
  image[1] = FloorDiv(image[1], factor);
  image[2] = FloorDiv(image[2], factor);
  return call.Return(dims, self.dtype);
}

Result ChannelShuffle(Bound& call) {
  TensorType self = call.Tensor("self");
  Dim groups = call.Int("groups");
  if (ProvablyLess(groups, Dim(1))) {
    call.Fail("argument-value", Join("channel_shuffle needs at least one group, got ", groups), "groups", {groups});
  }
  if (call.CheckRank("self", 3, 64) && Known(self)) {
    CheckDivides(call, "the channels", DimsOf(self)[1], groups, "groups");
  }
  return call.Return(self.shape, self.dtype);
}

#define TRIDENT_SAMPLER "Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners"

constexpr Op kOps[] = {
    {"n", "interpolate",
     "Tensor input, any size=None, any scale_factor=None, str mode='nearest', bool? align_corners=None, bool? recompute_scale_factor=None, bool antialias=False", Interpolate},
    {"n", "upsample", "Tensor input, any size=None, any scale_factor=None, str mode='nearest', bool? align_corners=None", Interpolate},
    {"n", "upsample_nearest", "Tensor input, any size=None, any scale_factor=None", UpsampleNearest},
    {"n", "upsample_bilinear", "Tensor input, any size=None, any scale_factor=None", UpsampleBilinear},
    {"n", "grid_sample", "Tensor input, Tensor grid, str mode='bilinear', str padding_mode='zeros', bool? align_corners=None", GridSample, 0},
    {"f", "grid_sampler", TRIDENT_SAMPLER, GridSample, 1},
    {"f", "grid_sampler_2d", TRIDENT_SAMPLER, GridSample, 4},
    {"f", "grid_sampler_3d", TRIDENT_SAMPLER, GridSample, 5},
    {"n", "affine_grid", "Tensor theta, int[] size, bool? align_corners=None", AffineGrid},
    {"fb", "pixel_shuffle", "Tensor self, int upscale_factor", PixelShuffle},
    {"fb", "pixel_unshuffle", "Tensor self, int downscale_factor", PixelUnshuffle},
    {"fb", "channel_shuffle native_channel_shuffle", "Tensor self, int groups", ChannelShuffle},
};

}  // namespace

llvm::ArrayRef<Op> ResampleOps() { return kOps; }

}  // namespace trident::ops
