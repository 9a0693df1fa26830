#include "core/base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace trident {
namespace {
std::atomic<CheckFailureHandler> failure_handler = nullptr;
}  // namespace

void SetCheckFailureHandler(CheckFailureHandler handler) { failure_handler = handler; }

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "trident: internal error at %s:%d: %s\n", file, line, condition);
  if (CheckFailureHandler handler = failure_handler.load()) {
    handler(file, line, condition);
  }
  std::abort();
}

}  // namespace trident
