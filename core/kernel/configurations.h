// Turns a kernel's decorators and launches, with what a run of it found, into advice on its configurations.
#pragma once

#include "core/kernel/interp.h"

namespace trident::kernel {

// An option that the configuration or the launch gives: num_warps, num_stages.
std::optional<int64_t> OptionOf(const Launch& launch, const Config& config, llvm::StringRef name);
// What the definition alone shows, `found` when it was visited without a launch.
void AdviseDefinition(const Function& function, const Findings& found, std::vector<Problem>& problems);
// What one launch with one configuration shows.
void AdviseLaunch(const Function& function, const Findings& found, const Launch& launch, const Config& config, std::vector<Problem>& problems);

}  // namespace trident::kernel
