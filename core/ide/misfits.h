// Finds linear layers in half precision with sizes that a GPU's matrix units take slowly: no multiples of 16 bytes.
//
// How much slower was measured, and only products as large as the measured ones are named
// (docs/diagnostics/tensor-core-sizes.md). Internal to core/ide. Threads: pure. Cost: linear in the nodes.
#pragma once

#include "core/cost/device.h"
#include "core/eval/eval.h"

#include <string>
#include <vector>

namespace trident::ide {

inline constexpr const char* kTensorCoreSizes = "tensor-core-sizes";

struct Misfit {
  uint32_t start = 0, end = 0;  // The call, in the script's text.
  std::string message;
  double seconds = 0;           // Lost in all its runs on the device.
};

// In the order of the text; of the script's own calls.
std::vector<Misfit> MisfitsIn(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device);

}  // namespace trident::ide
