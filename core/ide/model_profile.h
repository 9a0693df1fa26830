// Holds what a model costs by source line, by module and over time: plain data for tables, plots and lenses.
//
// Counts are numbers: what depends on a symbolic size is left out, counted as unknown, and part of the formulas. A kernel is an operator call
// that moves memory or computes; views are none. Bytes are what unfused kernels read and write. Units: bytes, FLOPs as
// torch.utils.flop_counter counts them. Threads: immutable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trident::ide {

struct Amount {
  uint32_t kernels = 0;
  uint32_t unknown = 0;  // Kernels whose cost is not a number.
  double flops = 0;
  double bytes = 0;
  double seconds = 0;    // At least, on the device (core/cost/device.h).
  void Add(const Amount& other);
};

struct LineCost {
  std::string path;  // Absolute.
  uint32_t line = 0;  // 1-based.
  Amount cost;
};

struct ModuleCost {
  std::string path;        // "layer1.0.conv1"; empty for the model itself.
  std::string class_name;
  std::string file;        // Where it is called: absolute path and 1-based line.
  uint32_t line = 0;
  uint32_t depth = 0;
  uint32_t calls = 0;
  Amount cost;             // With its children.
  // The name that torch.profiler gives the module: its class and how many of the class were called before it.
  std::string recorded_name;
};

// Kernels of one operator at one line with equal costs.
struct KernelCost {
  std::string op;
  std::string path;
  uint32_t line = 0;
  Amount cost;             // Of all of them.
};

// The kernels of one operator that one module launches itself at one line.
struct ModuleKernel {
  uint32_t module = 0;  // Index into ModelProfile::modules.
  std::string op;
  std::string path;
  uint32_t line = 0;
  double seconds = 0;
};

struct ModelProfile {
  std::string name;
  std::string device;
  double device_flops = 0, device_bytes_per_second = 0;  // The roof, for float32.
  std::string path;
  uint32_t line = 0;             // Of the call, 1-based.
  Amount total;
  std::vector<LineCost> lines;      // Most time first.
  std::vector<ModuleCost> modules;  // In the order of their first calls; parents before children.
  std::vector<KernelCost> kernels;
  std::vector<ModuleKernel> module_kernels;
  // Activations that are held after each kernel starts, without parameters and inputs; an activation is let go after its
  // last use, as in inference.
  std::vector<double> held_bytes;
  uint32_t peak_kernel = 0;         // Index into held_bytes.
  std::string peak_op, peak_path;   // Where that is.
  uint32_t peak_line = 0;
  double all_activation_bytes = 0;  // Of every activation together.
  // The most that a step of training holds at once, and what autograd keeps of it for the way back (core/cost/memory.h).
  double training_bytes = 0, saved_bytes = 0;
  // Of the whole, where sizes are symbols; empty where they are numbers, or not known.
  std::string flops_text, bytes_text;
};

}  // namespace trident::ide
