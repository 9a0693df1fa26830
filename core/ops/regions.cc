// Rules of what torchvision compiles: suppression of boxes, pooling of regions, deformable convolution.
//
// Source: the documentation of torchvision.ops and the schemas that it registers.
#include "core/ops/rule.h"

namespace trident::ops {
namespace {

bool CheckDType(Bound& call, const TensorType& input, const TensorType& other, llvm::StringRef param) {
  if (input.dtype == DType::Unknown || other.dtype == DType::Unknown || input.dtype == other.dtype) {
    return true;
  }
  call.Fail("dtype-mismatch", Join(call.name(), "() needs tensors of one dtype, they are ", input.dtype, " and ", other.dtype), param);
  return false;
}

void CheckColumns(Bound& call, const TensorType& type, llvm::StringRef param, int64_t columns) {
  if (call.CheckRank(param, 2) && Known(type) && ProvablyDifferent(DimsOf(type)[1], Dim(columns))) {
    call.Fail("size-mismatch", Join("`", param, "` of ", call.name(), "() must be [N, ", columns, "], it is ", type.shape), param, {DimsOf(type)[1]});
  }
}

// How many boxes are kept is up to their contents.
Result Suppress(Bound& call) {
  TensorType boxes = call.Tensor("dets"), scores = call.Tensor("scores");
  CheckColumns(call, boxes, "dets", 4);
  if (call.CheckRank("scores", 1) && CheckDType(call, boxes, scores, "scores") && !call.failed() && Known(boxes) && Known(scores) &&
      ProvablyDifferent(DimsOf(boxes)[0], DimsOf(scores)[0])) {
    call.Fail("size-mismatch", Join(call.name(), "() needs a score for each box, there are ", DimsOf(boxes)[0], " boxes and ", DimsOf(scores)[0], " scores"),
              "scores", {DimsOf(boxes)[0], DimsOf(scores)[0]});
  }
  return call.Return({Known(boxes) && Rank(boxes) > 0 ? SomeOf(DimsOf(boxes)[0]) : Dim::Unknown()}, DType::I64);
}

enum Pooling { kAlign = 0, kWithPlaces = 1, kByPosition = 2 };

// [regions, channels, height, width]. Pooling by position has a channel for each cell, and says which it took.
Result PoolRegions(Bound& call) {
  TensorType input = call.Tensor("input"), regions = call.Tensor("rois");
  CheckDType(call, input, regions, "rois");
  CheckColumns(call, regions, "rois", 5);
  call.CheckRank("input", 4);
  if (call.failed()) {
    return call.Return(TensorType());
  }
  Dim height = call.Int("pooled_height"), width = call.Int("pooled_width");
  Dim count = Known(regions) ? DimsOf(regions)[0] : Dim::Unknown(), channels = Known(input) ? DimsOf(input)[1] : Dim::Unknown();
  if (call.data() & kByPosition) {
    if (ProvablyDifferent(Mod(channels, height * width), Dim(0))) {
      call.Fail("size-mismatch", Join(call.name(), "() over ", height, " x ", width, " cells needs a multiple of that many channels, there are ", channels),
                "input", {channels});
    }
    channels = FloorDiv(channels, height * width);
  }
  TensorType pooled = Typed({count, channels, height, width}, input.dtype == DType::Unknown ? regions.dtype : input.dtype);
  return call.data() == kAlign ? call.Return(pooled) : call.ReturnTuple({pooled, With(pooled, DType::I32)});
}

// The offsets are as large as the output.
Result ConvolveDeformed(Bound& call) {
  TensorType input = call.Tensor("input"), weight = call.Tensor("weight"), offset = call.Tensor("offset");
  for (const char* param : {"input", "weight", "offset"}) {
    call.CheckRank(param, 4);
  }
  if (call.failed()) {
    return call.Return(TensorType());
  }
  Dims dims(4, Dim::Unknown());
  dims[0] = Known(input) ? DimsOf(input)[0] : dims[0];
  dims[1] = Known(weight) ? DimsOf(weight)[0] : dims[1];
  for (unsigned i = 2; i < 4 && Known(offset); ++i) {
    dims[i] = DimsOf(offset)[i];
  }
  return call.Return(dims, input.dtype);
}

#define REGIONS "Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width"

constexpr Op kOps[] = {
    {"x", "torch.ops.torchvision.nms", "Tensor dets, Tensor scores, float iou_threshold", Suppress},
    {"x", "torch.ops.torchvision.roi_align", REGIONS ", int sampling_ratio, bool aligned", PoolRegions, kAlign},
    {"x", "torch.ops.torchvision.roi_pool", REGIONS, PoolRegions, kWithPlaces},
    {"x", "torch.ops.torchvision.ps_roi_align", REGIONS ", int sampling_ratio", PoolRegions, kWithPlaces | kByPosition},
    {"x", "torch.ops.torchvision.ps_roi_pool", REGIONS, PoolRegions, kWithPlaces | kByPosition},
    {"x", "torch.ops.torchvision.deform_conv2d",
     "Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, int stride_h, int stride_w, int pad_h, int pad_w, int dilation_h, "
     "int dilation_w, int groups, int offset_groups, bool use_mask",
     ConvolveDeformed},
};

#undef REGIONS

}  // namespace

llvm::ArrayRef<Op> RegionsOps() { return kOps; }

}  // namespace trident::ops
