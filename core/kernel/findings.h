// Holds what visits of kernels found, before one report is made of it. Internal to core/kernel.
#pragma once

#include "core/kernel/kernel.h"
#include "core/kernel/resources.h"

#include <set>

namespace trident::kernel {

// Of one kernel, with all its launches.
struct KernelFindings {
  std::vector<Problem> problems;
  std::vector<Binding> generic, launched;  // Without a launch, and with the known ones.
  std::vector<Estimate> estimates;
};

// Of one visit, before decorators and launches are looked at.
struct Findings {
  std::vector<Problem> problems;
  std::vector<Binding> bindings;
  std::vector<Reach> accesses;
  Workload workload;
  // Names in the bounds of the kernel's own loops.
  std::set<Symbol> loop_bounds;
  // Parameters through which the kernel reads what was there before, writes, or does atomics.
  struct Traffic {
    std::set<Symbol> read, written, atomic;
  };
  Traffic traffic;
  bool products_in_loop = false;
  bool loads_in_loop = false;  // In one whose bounds are runtime values.
  bool opaque = false;         // Something was called of which nothing is known.
};

}  // namespace trident::kernel
