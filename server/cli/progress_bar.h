// Shows how far a long command is, on standard error: only on a terminal, only after a second, gone at the end.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstddef>

namespace trident::cli {

class ProgressBar {
 public:
  explicit ProgressBar(size_t total);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `current` is the file being worked on.
  void Draw(size_t done, llvm::StringRef current);

 private:
  size_t total_;
  double start_;
  bool is_terminal_;
  bool is_drawn_ = false;
};

}  // namespace trident::cli
