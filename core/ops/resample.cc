// Resizing of images and volumes: interpolate, pixel shuffles, sampling on a grid.
#include "core/ops/rule.h"

#include <algorithm>
#include <cmath>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

bool IsList(const Value& value) { return value.kind == Kind::List || value.kind == Kind::Tuple; }

// floor(size * factor), for symbolic sizes where the factor is a whole number or one over it.
Dim Scaled(Dim size, const Value& factor) {
  if (factor.kind == Kind::Int) {
    return size * factor.dim;
  }
  if (factor.kind != Kind::Float || !factor.known || !(factor.number > 0)) {
    return Dim::Unknown();
  }
  if (size.is_constant()) {
    return Dim(static_cast<int64_t>(std::floor(static_cast<double>(size.constant()) * factor.number)));
  }
  if (factor.number == std::floor(factor.number)) {
    return size * Dim(static_cast<int64_t>(factor.number));
  }
  double inverse = 1 / factor.number;
  bool power_of_two = inverse == std::floor(inverse) && 1 / inverse == factor.number && std::exp2(std::round(std::log2(inverse))) == inverse;
  return power_of_two ? FloorDiv(size, Dim(static_cast<int64_t>(inverse))) : Dim::Unknown();
}

// Which numbers of dims a mode of interpolate() takes.
std::pair<unsigned, unsigned> RanksOf(llvm::StringRef mode) {
  if (mode == "linear") {
    return {3, 3};
  }
  if (mode == "bilinear" || mode == "bicubic") {
    return {4, 4};
  }
  return mode == "trilinear" ? std::pair<unsigned, unsigned>{5, 5} : std::pair<unsigned, unsigned>{3, 5};
}

// The spatial sizes after resizing, from `size` or `scale_factor`.
std::optional<Dims> OutputSizes(Bound& call, const TensorType& input) {
  bool has_size = call.Has("size"), has_scale = call.Has("scale_factor");
  if (has_size == has_scale && !call.IsUnknown("size") && !call.IsUnknown("scale_factor")) {
    call.Fail("argument-value", Join(call.name(), "() needs either `size` or `scale_factor`", has_size ? ", not both" : ""), "size");
    return std::nullopt;
  }
  const Value& given = call.Get(has_size && !call.IsUnknown("size") ? "size" : "scale_factor");
  if (given.kind == Kind::Unknown || (IsList(given) && !given.length_known)) {
    return std::nullopt;
  }
  unsigned spatial = Rank(input) - 2;
  if (IsList(given) && given.elements.size() != spatial) {
    call.Fail("resize-rank", Join(call.name(), "() of ", input, " resizes ", spatial, " dims, ", given.elements.size(), " values are given"),
              has_size ? "size" : "scale_factor");
    return std::nullopt;
  }
  Dims sizes;
  for (unsigned i = 0; i < spatial; ++i) {
    const Value& one = IsList(given) ? given.elements[i] : given;
    sizes.push_back(!has_scale || (has_size && !call.IsUnknown("size")) ? (one.kind == Kind::Int ? one.dim : Dim::Unknown())
                                                                        : Scaled(DimsOf(input)[i + 2], one));
  }
  return sizes;
}

Result Interpolate(Bound& call) {
  TensorType input = call.Tensor("input");
  llvm::StringRef mode = call.Str("mode");
  if (call.name() == "upsample_bilinear" || call.name() == "upsample_nearest") {
    mode = call.name().drop_front(9);
  }
  static constexpr llvm::StringRef kModes[] = {"nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact"};
  if (!mode.empty() && std::find(std::begin(kModes), std::end(kModes), mode) == std::end(kModes)) {
    return call.Fail("argument-value", Join("`mode` of ", call.name(), "() is '", mode, "', which is none of its modes"), "mode");
  }
  bool fixed = mode == "nearest" || mode == "area" || mode == "nearest-exact";
  if (fixed && call.Has("align_corners") && !call.IsUnknown("align_corners") && call.name() != "upsample_nearest") {
    call.Fail("argument-value", Join("`align_corners` has no meaning with mode '", mode, "'"), "align_corners");
  }
  if (call.Bool("recompute_scale_factor") == true && call.Has("size") && !call.IsUnknown("size")) {
    call.Fail("argument-value", "`recompute_scale_factor` has no meaning with `size`", "recompute_scale_factor");
  }
  if (!Known(input)) {
    return call.Return(Shape(), input.dtype);
  }
  auto [low, high] = RanksOf(mode);
  if (Rank(input) < 2 || (!mode.empty() && (Rank(input) < low || Rank(input) > high))) {
    std::string wanted = low == high ? Join(low) : Join(low, " to ", high);
    return call.Fail("tensor-rank", Join(call.name(), "() with mode '", mode, "' needs an input of ", wanted, " dims, it is ", input.shape), "input");
  }
  std::optional<Dims> sizes = OutputSizes(call, input);
  Dims dims(DimsOf(input).begin(), DimsOf(input).begin() + 2);
  dims.append(sizes ? *sizes : Dims(Rank(input) - 2));
  for (size_t i = 2; i < dims.size(); ++i) {
    if (ProvablyLess(dims[i], Dim(mode == "area" ? 0 : 1)) || DimsOf(input)[i] == Dim(0)) {
      return call.Fail("negative-size", Join(call.name(), "() of ", input, " would give size ", dims[i], " at dim ", i),
                       call.Has("size") ? "size" : "scale_factor", {dims[i]});
    }
  }
  return call.Return(dims, input.dtype);
}

Result PixelShuffle(Bound& call) {
  bool up = call.data() != 0;
  llvm::StringRef param = up ? "upscale_factor" : "downscale_factor";
  TensorType self = call.Tensor("input");
  Dim factor = call.Int(param);
  if (ProvablyLess(factor, Dim(1))) {
    return call.Fail("argument-value", Join("`", param, "` must be at least 1, it is ", factor), param);
  }
  if (!call.CheckRank("input", 3, 64) || !Known(self)) {
    return call.Return(self.shape.rank_known() ? Shape::Of(Dims(Rank(self))) : Shape(), self.dtype);
  }
  Dims dims = Copy(self);
  Dim &channels = dims[dims.size() - 3], &height = dims[dims.size() - 2], &width = dims[dims.size() - 1];
  Dim square = factor * factor;
  if (up) {
    if (ProvablyDifferent(Mod(channels, square), Dim(0))) {
      return call.Fail("not-divisible",
                       Join("pixel_shuffle by ", factor, " needs channels that are a multiple of ", square, ", its input has ", channels), "input",
                       {channels, square});
    }
    channels = FloorDivExact(channels, square);
    height = height * factor;
    width = width * factor;
    return call.Return(dims, self.dtype);
  }
  for (Dim size : {height, width}) {
    if (ProvablyDifferent(Mod(size, factor), Dim(0))) {
      return call.Fail("not-divisible",
                       Join("pixel_unshuffle by ", factor, " needs a height and a width that are multiples of it, the input is ", self.shape),
                       "input", {size, factor});
    }
  }
  channels = channels * square;
  height = FloorDivExact(height, factor);
  width = FloorDivExact(width, factor);
  return call.Return(dims, self.dtype);
}

Result ChannelShuffle(Bound& call) {
  TensorType self = call.Tensor("input");
  Dim groups = call.Int("groups");
  if (!call.CheckRank("input", 3, 64) || !Known(self)) {
    return call.Return(self.shape, self.dtype);
  }
  if (ProvablyLess(groups, Dim(1)) || ProvablyDifferent(Mod(DimsOf(self)[1], groups), Dim(0))) {
    return call.Fail("not-divisible", Join("channel_shuffle divides ", DimsOf(self)[1], " channels into ", groups, " groups, which is not even"),
                     "input", {DimsOf(self)[1], groups});
  }
  return call.Return(self.shape, self.dtype);
}

Result GridSample(Bound& call) {
  TensorType input = call.Tensor("input"), grid = call.Tensor("grid");
  unsigned wanted = call.data();
  if (Known(input) && Known(grid)) {
    bool ranks = Rank(input) == Rank(grid) && (wanted ? Rank(input) == wanted : Rank(input) == 4 || Rank(input) == 5);
    if (!ranks) {
      return call.Fail("grid-shape",
                       Join(call.name(), "() needs an input and a grid of ", wanted ? Join(wanted) : std::string("4 or 5"), " dims, they are ",
                            input.shape, " and ", grid.shape),
                       "grid");
    }
    if (ProvablyDifferent(DimsOf(input)[0], DimsOf(grid)[0])) {
      return call.Fail("grid-shape", Join(call.name(), "() needs equal batch sizes: ", DimsOf(input)[0], " and ", DimsOf(grid)[0]), "grid",
                       {DimsOf(input)[0], DimsOf(grid)[0]});
    }
    if (ProvablyDifferent(DimsOf(grid).back(), Dim(Rank(input) - 2))) {
      return call.Fail("grid-shape",
                       Join(call.name(), "() needs a grid of ", Rank(input) - 2, " coordinates, its last size is ", DimsOf(grid).back()), "grid",
                       {DimsOf(grid).back()});
    }
    for (unsigned i = 2; i < Rank(input); ++i) {
      if (DimsOf(input)[i] == Dim(0)) {
        return call.Fail("empty-reduction", Join(call.name(), "() of ", input, ", which has no elements at dim ", i), "input");
      }
    }
  }
  if (input.dtype != DType::Unknown && grid.dtype != DType::Unknown && input.dtype != grid.dtype) {
    return call.Fail("dtype-mismatch", Join(call.name(), "() needs an input and a grid of one dtype, they are ", input.dtype, " and ", grid.dtype),
                     "grid");
  }
  if (!Known(input) || !Known(grid)) {
    return call.Return(Known(input) ? Shape::Of(Dims(Rank(input))) : Known(grid) ? Shape::Of(Dims(Rank(grid))) : Shape(), input.dtype);
  }
  Dims dims = {DimsOf(input)[0], DimsOf(input)[1]};
  dims.append(DimsOf(grid).begin() + 1, DimsOf(grid).end() - 1);
  return call.Return(dims, input.dtype);
}

Result AffineGrid(Bound& call) {
  TensorType theta = call.Tensor("theta");
  std::optional<Dims> size = call.Ints("size");
  if (!size) {
    return call.Return(Shape(), theta.dtype);
  }
  if (size->size() != 4 && size->size() != 5) {
    return call.Fail("argument-length", Join("`size` of affine_grid() needs 4 or 5 values, it has ", size->size()), "size");
  }
  Dims dims = {(*size)[0]};
  dims.append(size->begin() + 2, size->end());
  dims.push_back(Dim(static_cast<int64_t>(size->size()) - 2));
  return call.Return(dims, theta.dtype);
}

constexpr const char* kUpsample = "Tensor input, any size=None, any scale_factor=None";

constexpr Op kOps[] = {
    {"n", "interpolate",
     "Tensor input, any size=None, any scale_factor=None, any mode='nearest', any align_corners=None, any recompute_scale_factor=None, any "
     "antialias=False",
     Interpolate},
    {"n", "upsample", "Tensor input, any size=None, any scale_factor=None, any mode='nearest', any align_corners=None", Interpolate},
    {"n", "upsample_nearest upsample_bilinear", kUpsample, Interpolate},
    {"fb", "pixel_shuffle", "Tensor input, int upscale_factor", PixelShuffle, 1},
    {"fb", "pixel_unshuffle", "Tensor input, int downscale_factor", PixelShuffle, 0},
    {"fb", "channel_shuffle native_channel_shuffle", "Tensor input, int groups", ChannelShuffle},
    {"n", "grid_sample", "Tensor input, Tensor grid, any mode='bilinear', any padding_mode='zeros', any align_corners=None", GridSample, 0},
    {"f", "grid_sampler", "Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners", GridSample, 0},
    {"f", "grid_sampler_2d", "Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners", GridSample, 4},
    {"f", "grid_sampler_3d", "Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners", GridSample, 5},
    {"f", "affine_grid_generator", "Tensor theta, int[] size, bool align_corners", AffineGrid},
    {"n", "affine_grid", "Tensor theta, any size, any align_corners=None", AffineGrid},
};

}  // namespace

llvm::ArrayRef<Op> ResampleOps() { return kOps; }

}  // namespace trident::ops
