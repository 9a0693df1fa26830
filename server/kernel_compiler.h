// Compiles a Triton kernel in the user's own environment, without a GPU, and says what its stages took and came out as.
//
// The only place where Trident runs the user's code: the file's jit functions, their constants and the imports that they
// use, in a process of its own that is ended after a time. Nothing calls it but a request of the user. What comes back is
// read as data and checked. Threads: blocks the caller; any thread. Cost: a second or so, most of it Triton's import.
#pragma once

#include "core/ide/ide.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace trident::server {

extern const char* const kKernelHelper;
inline constexpr const char* kDefaultTarget = "cuda:90";

struct KernelRequest {
  std::string file;
  std::optional<std::string> text;  // Instead of the file's; not given: as it is on disk.
  ide::KernelSpec kernel;     // Its signature is complete.
  std::string target;         // "cuda:90"
  std::string python;         // An interpreter; empty: python3.
  std::string cache;          // A folder; empty: nothing is kept.
  bool stages = false;        // With the text of each stage.
  int timeout_seconds = 120;
};

struct KernelFigures {
  std::vector<std::pair<std::string, double>> stages;  // Microseconds by stage, in order.
  int64_t registers = 0, spills = 0, shared = 0, instructions = 0, ptx_bytes = 0, binary_bytes = 0;
};

// The text of one stage, and for each of its lines the line of the source, 1-based; 0: none.
struct KernelStage {
  std::string name, text;
  std::vector<int64_t> lines;
};

struct KernelProfile {
  std::string kernel, target, triton;
  bool cached = false;
  KernelFigures now;
  std::optional<KernelFigures> before;  // Of the text before this one.
  std::vector<KernelStage> stages;
};

// `target`: empty for the one that the kernel's launch names, or kDefaultTarget. `environment`: as PythonOf takes it.
KernelRequest RequestFor(const std::string& file, const ide::KernelSpec& kernel, const std::string& target, const std::string& environment);

llvm::Expected<KernelProfile> CompileKernel(const KernelRequest& request);

// The interpreter of an environment: of a virtual environment's folder its own, of anything else python3.
std::string PythonOf(const std::string& environment);
// "cubin 61 ms of 0.4 s · 96 registers · 0 spills · 48 KiB shared (was 64 KiB) · 1,024 instructions"
std::string Summary(const KernelProfile& profile);
// All figures as a table in Markdown, beside those before.
std::string Details(const KernelProfile& profile);

}  // namespace trident::server
