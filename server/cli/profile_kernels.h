// `trident profile --kernels`: compiles the Triton kernels of files with the Triton at hand and shows what came out.
#pragma once

#include <string>
#include <vector>

namespace trident::cli {

struct KernelOptions {
  std::string target;     // "cuda:90"; empty: what the launch says, else that.
  std::string stages;     // A folder for the text of each stage; empty: none.
  std::string python;     // An environment.
  std::string format = "text";
  int timeout = 120;
};

// `paths`: FILE or FILE:KERNEL. The exit code of the program.
int ProfileKernels(const std::vector<std::string>& paths, const KernelOptions& options);

}  // namespace trident::cli
