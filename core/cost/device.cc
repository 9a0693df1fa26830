#include "core/cost/device.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace trident::cost {

// A B200 figure is that of an HGX B200 board divided by its eight devices, without sparsity.
static constexpr Device kDevices[] = {
    {"A100", 19.5e12, 312e12, 2.039e12, "NVIDIA A100 datasheet, 80 GB SXM"},
    {"H100", 67e12, 989e12, 3.35e12, "NVIDIA H100 datasheet, SXM, without sparsity"},
    {"H200", 67e12, 989e12, 4.8e12, "NVIDIA H200 datasheet, SXM, without sparsity"},
    {"B200", 75e12, 2.25e15, 8e12, "NVIDIA HGX B200 datasheet, per device, without sparsity"},
    {"MI300X", 163.4e12, 1307.4e12, 5.3e12, "AMD Instinct MI300X data sheet"},
    {"CPU", 7.37e12, 7.37e12, 460.8e9, "AMD EPYC 9654: 96 cores at 2.4 GHz, 32 FLOP a cycle, 12 channels of DDR5-4800"},
};

llvm::ArrayRef<Device> Devices() { return kDevices; }

const Device* FindDevice(llvm::StringRef name) {
  const auto* found = llvm::find_if(kDevices, [&](const Device& device) { return name.equals_insensitive(device.name); });
  return found == std::end(kDevices) ? nullptr : found;
}

const Device& DeviceOr(llvm::StringRef name) {
  const Device* found = FindDevice(name);
  return found ? *found : *FindDevice(kDefaultDevice);
}

double PeakFlops(const Device& device, shape::DType dtype) {
  switch (dtype) {
    case shape::DType::F16:
    case shape::DType::BF16: return device.half_flops;
    case shape::DType::F64: return device.single_flops / 2;
    default: return device.single_flops;
  }
}

double Seconds(const Device& device, double flops, double bytes, shape::DType dtype) {
  return std::max(flops / PeakFlops(device, dtype), bytes / device.bytes_per_second);
}

}  // namespace trident::cost
