// Turns a run that torch.profiler recorded into time by place: which module and line launched what, and how long it took.
//
// Input: the Chrome trace that torch.profiler exports, as JSON text that comes in pieces; it may be larger than memory.
// A kernel is charged to the operator whose external id it carries, an operator to the Python function and the module
// (with_stack, with_modules) around it on its thread, or to the line of its own call stack where the trace has one.
// Output: totals by place, by kernel. Threads: one. Cost: time linear in the text; memory does not grow with it but for
// four bytes for each recorded operator. Units: microseconds, as in the trace.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trident::profile {

// Where recorded time was spent.
struct RecordedSite {
  std::string op;      // The outermost operator: "aten::linear".
  std::string module;  // "Linear_3": its class and number, as torch.profiler names it; empty outside of modules.
  std::string file;    // Of the innermost function that is not PyTorch's own, as the trace spells it; empty: not recorded.
  std::string function;
  uint32_t line = 0;     // 1-based.
  bool is_line = false;  // `line` is the call itself; otherwise the function's first line.
  uint64_t calls = 0;    // Of the operator.
  uint64_t kernels = 0;
  double host_microseconds = 0;    // Of outermost operators, which contain what they call.
  double device_microseconds = 0;  // Of the kernels and copies they launched.
};

struct RecordedKernel {
  std::string name;
  uint64_t calls = 0;
  double microseconds = 0;
};

struct Recording {
  std::vector<RecordedSite> sites;                             // Most device time first, then host time.
  std::vector<RecordedKernel> kernels;                         // Most time first.
  std::vector<std::pair<std::string, uint64_t>> module_calls;  // How often each module ran, in order of first calls.
  uint64_t events = 0, bytes = 0;
  double unplaced_device_microseconds = 0;  // Of kernels without a recorded operator.
};

// Fills up to `room` bytes; fewer than asked for means the end. An error ends the import.
using ReadPiece = llvm::function_ref<llvm::Expected<size_t>(char* into, size_t room)>;

// Errors say what is wrong and at which byte: no list of events, an event that is not JSON, a text that ends early.
llvm::Expected<Recording> ImportTrace(ReadPiece read);

}  // namespace trident::profile
