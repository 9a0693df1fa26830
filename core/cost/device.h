// Holds what devices can do at most, and turns work into the least time it takes there (the roofline model).
//
// Figures are the makers' published peaks for dense work, so that a time is a lower bound: real kernels reach a part of
// it, and starting a kernel is not counted. Units: FLOP and bytes a second. Threads: constant data.
#pragma once

#include "core/shape/dtype.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace trident::cost {

struct Device {
  const char* name;
  double single_flops;       // float32 without reduced precision inside, as PyTorch's matrix products do by default.
  double half_flops;         // float16 and bfloat16 on matrix units.
  double bytes_per_second;   // Of the device's own memory.
  const char* source;        // The document that says so.
};

llvm::ArrayRef<Device> Devices();
inline constexpr const char* kDefaultDevice = "A100";
// By name, whatever the case; nullptr when there is none.
const Device* FindDevice(llvm::StringRef name);
// The device of that name, or the default one.
const Device& DeviceOr(llvm::StringRef name);

// What one kernel computes and moves.
struct Run {
  double flops = 0, bytes = 0;
  shape::DType dtype = shape::DType::F32;
};

double PeakFlops(const Device& device, shape::DType dtype);
// The longer of computing and moving.
double Seconds(const Device& device, double flops, double bytes, shape::DType dtype);
inline double Seconds(const Device& device, const Run& run) { return Seconds(device, run.flops, run.bytes, run.dtype); }

}  // namespace trident::cost
